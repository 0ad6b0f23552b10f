"""The thresholds of the analysis, section 4.4, as alerting rules."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from evidence.documents import read_document
from slo.rules.rule import Alert, RuleGroup


@dataclass(frozen=True, slots=True)
class Threshold:
    """One alert of the tables."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    alert: str
    expr: str
    for_: Annotated[str, Field(alias="for", pattern=r"^\d+[smh]$")]
    severity: Literal["critical", "warning"]
    source: Literal["alerting rules", "thresholds"]
    says: str


def thresholds_file() -> Path:
    """The data."""
    return Path(__file__).parent / "thresholds.yaml"


def read_thresholds(path: Path) -> tuple[Threshold, ...]:
    """Raises InvalidFile."""
    return read_document(path, tuple[Threshold, ...])


def threshold_groups(thresholds: tuple[Threshold, ...]) -> tuple[RuleGroup, ...]:
    """One group."""
    return (
        RuleGroup(
            "thresholds",
            tuple(
                Alert(
                    alert=one.alert,
                    expr=one.expr,
                    for_=one.for_,
                    labels={"severity": one.severity, "service": "document-search"},
                    annotations={
                        "summary": one.says,
                        "description": f"The analysis, section 4.4, {one.source}.",
                    },
                )
                for one in thresholds
            ),
        ),
    )
