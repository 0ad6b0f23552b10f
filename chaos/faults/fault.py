"""What every fault can do and tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from pydantic import JsonValue

from chaos.sight import Sight, View
from chaos.timing import Timing


@dataclass(frozen=True, slots=True)
class Mark:
    """What undoing an occurrence needs beside fault and target; written down before the fault is made."""

    id: str
    """Of the occurrence: what the fault leaves in the target is named by it."""
    before: Mapping[str, str] = field(default_factory=dict)
    """What the fault wanted to remember of the target before it was broken."""


class Fault[T](Protocol):
    """One way to break targets of the kind T. Frozen: what it has done is in the target, and in `undo.jsonl`.

    Whatever it does can be undone by another process that knows its name, its parameters, the target's
    parameters and the mark: nothing else may be needed, in particular nothing that is in memory.
    """

    name: ClassVar[str]
    effect: ClassVar[str]
    """What a client of the target sees."""

    def parameters(self) -> Mapping[str, JsonValue]:
        """Its strength, as `make_fault` takes it."""
        ...

    def remember(self, target: T) -> Mapping[str, str]:
        """What must be known of the sound target to restore it, as settings that are about to change.

        Changes nothing. Raises ChaosError.
        """
        ...

    def inject(self, target: T, mark: Mark) -> None:
        """Break the target and read back that the change was made. Raises ChaosError."""
        ...

    def in_place(self, target: T, mark: Mark) -> bool:
        """This occurrence still breaks the target. Raises ChaosError."""
        ...

    def heal(self, target: T, mark: Mark) -> None:
        """Undo and read back; harmless where there is nothing to undo.

        Raises GoneError when what was broken is no more, another ChaosError when it stays broken.
        """
        ...

    def view(self, target: T, timing: Timing) -> View:
        """How it will be seen whether the fault is felt; opened before it is made.

        Raises NotAnsweringError for a target that is not sound.
        """
        ...

    def verify_healed(self, target: T, timing: Timing) -> Sight:
        """Look, for a bounded time, until nothing is felt of the fault any more. Raises NotAnsweringError."""
        ...
