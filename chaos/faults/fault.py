"""What every fault can do and tell."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from pydantic import JsonValue

from chaos.probes.line import Observation
from chaos.target import Target


class Fault(Protocol):
    """One way to break a target. Frozen: what it has done is in the target, and in `undo.jsonl`."""

    name: ClassVar[str]
    effect: ClassVar[str]
    """What a client of the target sees."""

    @property
    def watch_s(self) -> float:
        """How long one look at the target takes at most, to tell whether the fault is felt."""
        ...

    @property
    def measure_s(self) -> float:
        """How much longer to look, once it is felt, to measure its strength; 0 where there is none."""
        ...

    @property
    def normal_ms(self) -> float:
        """Once it is healed, a fresh connection must be answered within this."""
        ...

    def parameters(self) -> Mapping[str, JsonValue]:
        """Its strength, as `make_fault` takes it."""
        ...

    def inject(self, target: Target, occurrence_id: str) -> None:
        """Break the target and read back that the change was made. Raises ChaosError."""
        ...

    def in_place(self, target: Target, occurrence_id: str) -> bool:
        """This occurrence still breaks the target. Raises ChaosError."""
        ...

    def heal(self, target: Target, occurrence_id: str) -> None:
        """Undo and read back; harmless where there is nothing to undo. Raises ChaosError."""
        ...

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Why what was seen is not the fault's effect; None when it is."""
        ...

    def not_measured(self, seen: Sequence[Observation]) -> str | None:
        """Why what was seen in the end is not the fault's strength; None when it is."""
        ...
