"""A Chaos Toolkit experiment, as far as supervision has to understand it.

Chaos Toolkit itself says whether the file is valid; what is not named here is passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from evidence.documents import read_document
from evidence.errors import InvalidFile, Problem

_LENIENT = ConfigDict(extra="ignore")
_OURS = "chaos.actions"
_BREAK_NOTHING = {"hold", "heal"}
_TELL_NOTHING = {"hold"}
_OUR_CONTROL = "chaos.controls"
_NEXT_STEP = "Mend the experiment; nothing was run."


@dataclass(frozen=True, slots=True)
class Provider:
    """How an activity is done, or where a control is."""

    __pydantic_config__ = _LENIENT

    type: str = ""
    """python, process or http."""
    module: str | None = None
    func: str | None = None
    path: str | None = None
    url: str | None = None
    arguments: JsonValue = None
    timeout: JsonValue = None

    @property
    def limit_s(self) -> float | None:
        """Its time limit; of a pair, for connecting and for reading, both together."""
        return _seconds(self.timeout)


@dataclass(frozen=True, slots=True)
class Activity:
    """A probe or an action, or a reference to one."""

    __pydantic_config__ = _LENIENT

    name: str = ""
    type: str = ""
    """probe or action."""
    provider: Provider = Provider()
    ref: str | None = None
    tolerance: JsonValue = None
    background: bool = False
    timeout: JsonValue = None

    @property
    def limit_s(self) -> float | None:
        """The time that its file allows it, wherever that is written."""
        return self.provider.limit_s if self.provider.limit_s is not None else _seconds(self.timeout)


@dataclass(frozen=True, slots=True)
class Control:
    """What Chaos Toolkit calls around the experiment."""

    __pydantic_config__ = _LENIENT

    provider: Provider = Provider()


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What must hold."""

    __pydantic_config__ = _LENIENT

    title: str = ""
    probes: tuple[Activity, ...] | None = None
    controls: tuple[JsonValue, ...] | None = None


@dataclass(frozen=True, slots=True)
class Strategy:
    """One choice of how to run."""

    __pydantic_config__ = _LENIENT

    strategy: str | None = None


@dataclass(frozen=True, slots=True)
class Runtime:
    """How the file asks to be run."""

    __pydantic_config__ = _LENIENT

    rollbacks: Strategy = Strategy()
    hypothesis: Strategy = Strategy()


@dataclass(frozen=True, slots=True)
class ExperimentFile:
    """What is asked, what is broken, what is undone."""

    __pydantic_config__ = _LENIENT

    title: str = ""
    configuration: Mapping[str, JsonValue] = field(default_factory=lambda: MappingProxyType({}))
    hypothesis: Annotated[Hypothesis | None, Field(alias="steady-state-hypothesis")] = None
    method: tuple[Activity, ...] = ()
    rollbacks: tuple[Activity, ...] = ()
    runtime: Runtime = Runtime()
    controls: tuple[Control, ...] | None = None

    @property
    def probes(self) -> tuple[Activity, ...]:
        """Those of the hypothesis."""
        return () if self.hypothesis is None else self.hypothesis.probes or ()

    def resolve(self, activity: Activity) -> Activity:
        """What a reference refers to; the activity itself where it is none, or refers to nothing."""
        if activity.ref is None:
            return activity
        known = (one for one in (*self.method, *self.probes) if one.name == activity.ref)
        return next(known, activity)

    @property
    def names_our_faults(self) -> bool:
        """It breaks something through `chaos.actions`, which tell the timeline."""
        providers = [self.resolve(one).provider for one in self.method]
        return any(one.module == _OURS and one.func not in _BREAK_NOTHING for one in providers)

    @property
    def tells_timeline(self) -> bool:
        """Its actions or its control write to the timeline of a run."""
        providers = [self.resolve(one).provider for one in (*self.method, *self.rollbacks)]
        return any(one.module == _OURS and one.func not in _TELL_NOTHING for one in providers) or any(
            control.provider.module == _OUR_CONTROL for control in self.controls or ()
        )


def read_experiment(path: Path) -> ExperimentFile:
    """The experiment in a file, YAML by its ending, else JSON. Raises InvalidFile."""
    return read_document(path, ExperimentFile, next_step=_NEXT_STEP)


def parse_experiment(content: JsonValue, path: Path) -> ExperimentFile:
    """The same from content that was read already; `path` is only named in errors. Raises InvalidFile."""
    try:
        return TypeAdapter(ExperimentFile).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        problem = Problem(
            ".".join(str(step) for step in first["loc"]), repr(first.get("input")), first["msg"]
        )
        raise InvalidFile(path, (problem,), _NEXT_STEP) from error


def place(part: str, position: int, activity: Activity) -> str:
    """Where an activity is, as people find it: `method[0] (stop the database)`."""
    return f"{part}[{position}] ({activity.name or activity.ref})"


def _seconds(written: JsonValue) -> float | None:
    if isinstance(written, bool):
        return None
    if isinstance(written, int | float):
        return float(written)
    if isinstance(written, list):
        parts = [_seconds(one) for one in written]
        return sum(one for one in parts if one is not None) if parts and None not in parts else None
    return None
