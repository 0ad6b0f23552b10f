"""Faults of every kind behind one door: what a registry, an experiment and a healer need of any of them.

A `Fault[T]` and its targets belong together by T. Whoever holds faults of several kinds cannot name T, and
uses the three protocols here, which say the same without it: a kind of fault, a fault of some strength, and
that fault on one target.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue, TypeAdapter, ValidationError

from chaos.errors import InvalidArgumentError
from chaos.faults.fault import Fault, Mark
from chaos.sight import Sight, View
from chaos.targets.target import Target, TargetKind
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing


class BoundFault(Protocol):
    """A fault on one target."""

    @property
    def fault(self) -> str:
        """Its name."""
        ...

    @property
    def target(self) -> str:
        """Its name."""
        ...

    @property
    def undo_kind(self) -> str:
        """How `undo.jsonl` names the kind of target."""
        ...

    def fault_parameters(self) -> Mapping[str, JsonValue]:
        """As `Fault.parameters`."""
        ...

    def target_parameters(self) -> Mapping[str, str]:
        """As `Target.parameters`."""
        ...

    def remember(self) -> Mapping[str, str]:
        """As `Fault.remember`."""
        ...

    def inject(self, mark: Mark) -> None:
        """As `Fault.inject`."""
        ...

    def in_place(self, mark: Mark) -> bool:
        """As `Fault.in_place`."""
        ...

    def heal(self, mark: Mark) -> None:
        """As `Fault.heal`."""
        ...

    def repair(self) -> str | None:
        """As `TargetKind.repair`."""
        ...

    def view(self, timing: Timing) -> View:
        """As `Fault.view`."""
        ...

    def verify_healed(self, timing: Timing) -> Sight:
        """As `Fault.verify_healed`."""
        ...


class AnyFault(Protocol):
    """A fault of some strength, not yet on a target."""

    @property
    def name(self) -> str:
        """As experiments name it."""
        ...

    @property
    def effect(self) -> str:
        """What a client of the target sees."""
        ...

    def parameters(self) -> Mapping[str, JsonValue]:
        """As `Fault.parameters`."""
        ...

    def on(self, whereabouts: Whereabouts, target: str) -> BoundFault:
        """The fault on the target that an experiment calls so. Raises what `TargetKind.find` raises."""
        ...

    def on_recorded(self, parameters: Mapping[str, str], where: str) -> BoundFault:
        """The fault on the target of an undo record. Raises what `TargetKind.read` raises."""
        ...


class FaultKind(Protocol):
    """An entry of the registry."""

    @property
    def name(self) -> str:
        """As experiments name it."""
        ...

    @property
    def effect(self) -> str:
        """What a client of the target sees."""
        ...

    @property
    def undo_kind(self) -> str:
        """How `undo.jsonl` names the kind of its targets."""
        ...

    @property
    def target_meaning(self) -> str:
        """What its targets are, for people."""
        ...

    def schema(self) -> Mapping[str, JsonValue]:
        """The JSON Schema of its parameters."""
        ...

    def make(self, parameters: Mapping[str, JsonValue]) -> AnyFault:
        """The fault of that strength. Raises InvalidArgumentError for what it cannot take."""
        ...


@dataclass(frozen=True, slots=True)
class KindOf[T: Target]:
    """A FaultKind: one fault, and the kind of targets that it breaks."""

    fault: type[Fault[T]]
    targets: TargetKind[T]

    @property
    def name(self) -> str:
        """Of the fault."""
        return self.fault.name

    @property
    def effect(self) -> str:
        """Of the fault."""
        return self.fault.effect

    @property
    def undo_kind(self) -> str:
        """Of its targets."""
        return self.targets.undo_kind

    @property
    def target_meaning(self) -> str:
        """Of its targets."""
        return self.targets.meaning

    def schema(self) -> Mapping[str, JsonValue]:
        """Made from the fault's fields."""
        return TypeAdapter(self.fault).json_schema()

    def make(self, parameters: Mapping[str, JsonValue]) -> AnyFault:
        """Raises InvalidArgumentError, which names the parameter."""
        try:
            made = TypeAdapter(self.fault).validate_python(dict(parameters), strict=False)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"]) or "parameters"
            raise InvalidArgumentError(
                f"fault {self.name!r}, {where}: {first.get('input')!r}: {first['msg']}. Mend the experiment."
            ) from error
        return MadeFault(made, self.targets)


@dataclass(frozen=True, slots=True)
class MadeFault[T: Target]:
    """An AnyFault."""

    fault: Fault[T]
    targets: TargetKind[T]

    @property
    def name(self) -> str:
        """Of the fault."""
        return self.fault.name

    @property
    def effect(self) -> str:
        """Of the fault."""
        return self.fault.effect

    def parameters(self) -> Mapping[str, JsonValue]:
        """Of the fault."""
        return self.fault.parameters()

    def on(self, whereabouts: Whereabouts, target: str) -> BoundFault:
        """On a target that is there now."""
        return FaultOn(self.fault, self.targets.find(whereabouts, target), self.targets)

    def on_recorded(self, parameters: Mapping[str, str], where: str) -> BoundFault:
        """On a target as it was."""
        return FaultOn(self.fault, self.targets.read(parameters, where), self.targets)


@dataclass(frozen=True, slots=True)
class FaultOn[T: Target]:
    """A BoundFault."""

    made: Fault[T]
    on: T
    targets: TargetKind[T]

    @property
    def undo_kind(self) -> str:
        """Of the kind of targets."""
        return self.targets.undo_kind

    @property
    def fault(self) -> str:
        """Its name."""
        return self.made.name

    @property
    def target(self) -> str:
        """Its name."""
        return self.on.name

    def fault_parameters(self) -> Mapping[str, JsonValue]:
        """Of the fault."""
        return self.made.parameters()

    def target_parameters(self) -> Mapping[str, str]:
        """Of the target."""
        return self.on.parameters()

    def remember(self) -> Mapping[str, str]:
        """Before it is made."""
        return self.made.remember(self.on)

    def inject(self, mark: Mark) -> None:
        """Break the target."""
        self.made.inject(self.on, mark)

    def in_place(self, mark: Mark) -> bool:
        """It is broken still."""
        return self.made.in_place(self.on, mark)

    def heal(self, mark: Mark) -> None:
        """Undo."""
        self.made.heal(self.on, mark)

    def repair(self) -> str | None:
        """Of the kind of targets."""
        return self.targets.repair(self.on)

    def view(self, timing: Timing) -> View:
        """See it."""
        return self.made.view(self.on, timing)

    def verify_healed(self, timing: Timing) -> Sight:
        """See that it is gone."""
        return self.made.verify_healed(self.on, timing)
