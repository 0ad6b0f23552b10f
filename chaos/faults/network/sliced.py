"""Sliced: data arrive in small parts, one after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from chaos.faults.network.direction import Direction, streams_of
from chaos.faults.network.network_fault import NetworkFault
from chaos.faults.network.transfer import SHORTEST_MS, WATCH_S, not_held_up, passed_bytes
from chaos.probes.line import Observation
from chaos.probes.question import Question, long_question
from chaos.toxiproxy import Stream

_PROBE_MS = 250.0
"""How long the probe's question and answer are to take under the fault."""

_FEWEST_PARTS = 3
_LARGEST_BYTES = 4096
_LONGEST_PAUSE_MS = 100


@dataclass(frozen=True, slots=True)
class Sliced(NetworkFault):
    """A slicer toxic: it halves data until no part is longer than 1.25 times part_bytes."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "sliced"
    effect: ClassVar[str] = (
        "Data arrive in many small parts with pauses between them: whoever takes one read for a whole answer "
        "is wrong, and long answers are late."
    )

    part_bytes: Annotated[int, Field(ge=4, le=_LARGEST_BYTES)]
    """Length of a part; it varies by a quarter."""
    pause_ms: Annotated[int, Field(ge=1, le=_LONGEST_PAUSE_MS)] = 1
    """After each part; without one the network would join the parts again."""
    direction: Direction = "downstream"
    """downstream: answers; upstream: questions; both."""

    @property
    def toxic_type(self) -> str:
        """Toxiproxy's slicer."""
        return "slicer"

    @property
    def attributes(self) -> Mapping[str, int]:
        """Its delay is in microseconds; with a variation of 0 it fails."""
        return {
            "average_size": self.part_bytes,
            "size_variation": self._variation_bytes,
            "delay": self.pause_ms * 1000,
        }

    @property
    def streams(self) -> tuple[Stream, ...]:
        """As asked for."""
        return streams_of(self.direction)

    @property
    def question(self) -> Question:
        """Long enough to come in several parts, and late."""
        parts = max(_FEWEST_PARTS, ceil(_PROBE_MS / len(self.streams) / self.pause_ms))
        return long_question(parts * self._longest_bytes)

    @property
    def watch_s(self) -> float:
        """A login comes first."""
        return WATCH_S

    def sound_ms(self, seen: Observation) -> float:
        """Half of what it takes under the fault."""
        return max(SHORTEST_MS, self._due_ms(seen)) / 2

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """What passed every connection must have taken all the pauses."""
        for one in seen:
            reason = not_held_up(one, self.streams, self._due_ms(one))
            if reason is not None:
                return reason
            if "downstream" in self.streams and one.parts < _FEWEST_PARTS:
                return f"a {one.age} connection has its answer in {one.parts} parts"
        return None

    def too_short(self, sound: Observation) -> str | None:
        """It must be held up long enough."""
        if self._due_ms(sound) >= SHORTEST_MS:
            return None
        return f"parts of {self.part_bytes} bytes with pauses of {self.pause_ms} ms"

    @property
    def _variation_bytes(self) -> int:
        return max(1, self.part_bytes // 4)

    @property
    def _longest_bytes(self) -> int:
        return self.part_bytes + self._variation_bytes

    def _due_ms(self, seen: Observation) -> float:
        """At least so many parts have come, and all but the last with their pauses."""
        parts = passed_bytes(seen, self.streams) / self._longest_bytes
        return max(0.0, parts - len(self.streams)) * self.pause_ms
