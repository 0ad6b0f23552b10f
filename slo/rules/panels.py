"""Panels of a dashboard: what is drawn of which queries."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from evidence.documents import read_document

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Query:
    """One expression, and what its series are called."""

    __pydantic_config__ = _STRICT

    expr: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Queries that are drawn together."""

    __pydantic_config__ = _STRICT

    title: str
    unit: str
    """As Grafana names it: s, reqps, percentunit, short."""
    queries: tuple[Query, ...]
    lines: tuple[float, ...] = ()
    """Values that are marked, rising: thresholds of alerts."""
    bad_below: bool = False
    """What lies below the lowest line is bad; else what lies above one, the higher the worse."""


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side, under one heading."""

    __pydantic_config__ = _STRICT

    row: str
    panels: tuple[Panel, ...]


def panels_file() -> Path:
    """The panels that are the same whatever the objectives are."""
    return Path(__file__).parent / "panels.yaml"


def read_rows(path: Path) -> tuple[Row, ...]:
    """Raises InvalidFile."""
    return read_document(path, tuple[Row, ...])
