"""Bandwidth: data pass slowly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from chaos.faults.network.direction import Direction, streams_of
from chaos.faults.network.network_fault import NetworkFault
from chaos.faults.network.transfer import SHORTEST_MS, WATCH_S, not_held_up, passed_bytes
from chaos.probes.line import Observation
from chaos.probes.question import Question, long_question
from chaos.toxiproxy import Stream

_PROBE_S = 0.3
"""How long the probe's question and answer are to take under the fault."""

_HIGHEST_RATE = 3000
"""Above it, a probe's longest question takes too short to be told from a busy machine."""


@dataclass(frozen=True, slots=True)
class Bandwidth(NetworkFault):
    """A bandwidth toxic: each connection passes that much, in 100 ms steps where it is little."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "bandwidth"
    effect: ClassVar[str] = "What is long takes long: short questions are answered nearly as before."

    rate_kb_per_s: Annotated[int, Field(ge=1, le=_HIGHEST_RATE)]
    """Of each connection, in 1000 bytes per second."""
    direction: Direction = "downstream"
    """downstream: answers; upstream: questions; both: each direction has the rate for itself."""

    @property
    def toxic_type(self) -> str:
        """Toxiproxy's bandwidth."""
        return "bandwidth"

    @property
    def attributes(self) -> Mapping[str, int]:
        """Toxiproxy's KB are 1000 bytes too: its toxic waits a millisecond per `rate` bytes."""
        return {"rate": self.rate_kb_per_s}

    @property
    def streams(self) -> tuple[Stream, ...]:
        """As asked for."""
        return streams_of(self.direction)

    @property
    def question(self) -> Question:
        """Long enough to be held up."""
        return long_question(_PROBE_S / len(self.streams) * 1000 * self.rate_kb_per_s)

    @property
    def watch_s(self) -> float:
        """A login comes first."""
        return WATCH_S

    def sound_ms(self, seen: Observation) -> float:
        """Half of what it takes under the fault."""
        return max(SHORTEST_MS, self._due_ms(seen)) / 2

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """What passed every connection must have taken as long as the rate says."""
        reasons = (not_held_up(one, self.streams, self._due_ms(one)) for one in seen)
        return next((reason for reason in reasons if reason is not None), None)

    def too_short(self, sound: Observation) -> str | None:
        """It must be held up long enough."""
        return None if self._due_ms(sound) >= SHORTEST_MS else f"a bandwidth of {self.rate_kb_per_s} KB/s"

    def _due_ms(self, seen: Observation) -> float:
        return passed_bytes(seen, self.streams) / self.rate_kb_per_s
