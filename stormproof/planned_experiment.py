"""An experiment as a plan's phase asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from pydantic import ConfigDict, Field

LONGEST_HOLD_S = 3600.0
"""Chaos refuses to hold a fault for longer."""


@dataclass(frozen=True, slots=True)
class PlannedExperiment:
    """Which, when, and for how long."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    experiment: str
    """An experiment of ours by name, or the path of a Chaos Toolkit file, from the plan's folder."""
    at_s: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    """From the start of the phase; in a sequence, from the end of the experiment before."""
    hold_s: Annotated[float, Field(gt=0, le=LONGEST_HOLD_S)] | None = None
    """How long the fault is held; by default what is left of the phase less 6 s for injecting and healing."""
    variables: Mapping[str, str | int | float] = field(default_factory=lambda: MappingProxyType({}))
    """In place of the experiment's configuration."""

    def options(self) -> tuple[str, ...]:
        """The variables as `chaos run` takes them."""
        return tuple(
            part for name, value in self.variables.items() for part in ("--var", _option(name, value))
        )


def _option(name: str, value: str | float) -> str:
    kind = "" if isinstance(value, str) else ":int" if isinstance(value, int) else ":float"
    return f"{name}{kind}={value}"
