"""Chaos Toolkit's journal of a run, as far as rules ask it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pydantic import ConfigDict, JsonValue, TypeAdapter, ValidationError

from chaos.supervision.experiment_file import Activity
from evidence.errors import InvalidFile, Problem

_LENIENT = ConfigDict(extra="ignore")


@dataclass(frozen=True, slots=True)
class ActivityRun:
    """An activity, once."""

    __pydantic_config__ = _LENIENT

    activity: Activity
    status: str | None = None
    """succeeded or failed; None for one that never came to its end."""
    output: JsonValue = None
    duration: float | None = None
    """Seconds."""
    exception: JsonValue = None
    tolerance_met: bool | None = None

    @property
    def error(self) -> str:
        """The last line of what it raised."""
        text = "".join(map(str, self.exception)) if isinstance(self.exception, list) else ""
        lines = text.strip().splitlines()
        return lines[-1].removeprefix("chaoslib.exceptions.ActivityFailed: ") if lines else "no reason given"


@dataclass(frozen=True, slots=True)
class Asked:
    """The hypothesis, asked once."""

    __pydantic_config__ = _LENIENT

    steady_state_met: bool | None = None
    probes: tuple[ActivityRun, ...] = ()

    @property
    def met(self) -> bool:
        """Every probe was within its tolerance."""
        return self.steady_state_met is True

    @property
    def unmet(self) -> ActivityRun | None:
        """The probe that was not: the one at which Chaos Toolkit stopped asking."""
        return self.probes[-1] if self.probes and not self.met else None


@dataclass(frozen=True, slots=True)
class SteadyStates:
    """When the hypothesis was asked."""

    __pydantic_config__ = _LENIENT

    before: Asked | None = None
    after: Asked | None = None
    during: tuple[Asked | None, ...] = ()

    @property
    def first(self) -> Asked | None:
        """When it was asked first, whatever the strategy; None where it never was."""
        return next((one for one in (self.before, *self.during, self.after) if one is not None), None)


@dataclass(frozen=True, slots=True)
class Journal:
    """What Chaos Toolkit tells of a run."""

    __pydantic_config__ = _LENIENT

    status: str | None = None
    deviated: bool = False
    steady_states: SteadyStates = SteadyStates()
    run: tuple[ActivityRun, ...] = ()
    rollbacks: tuple[ActivityRun, ...] = ()
    experiment: Mapping[str, JsonValue] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def dry(self) -> str | None:
        """What was only pretended, if anything."""
        dry = self.experiment.get("dry")
        return None if dry is None else str(dry)


def read_journal(path: Path) -> Journal | None:
    """The journal at `path`; None where there is none, or only half of one. Raises InvalidFile."""
    try:
        content: object = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return None
    try:
        return TypeAdapter(Journal).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        problem = Problem(
            ".".join(str(step) for step in first["loc"]), repr(first.get("input"))[:80], first["msg"]
        )
        raise InvalidFile(path, (problem,), "Is it a journal of Chaos Toolkit 1.x?") from error
