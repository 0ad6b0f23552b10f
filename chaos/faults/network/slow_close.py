"""Slow close: connections linger after their end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from chaos.faults.network.direction import Direction, streams_of
from chaos.faults.network.network_fault import NetworkFault
from chaos.probes.line import Observation, Outcome
from chaos.probes.question import FAREWELL, Question
from chaos.toxiproxy import Stream
from chaos.verification import NORMAL_MS

_FELT_SHARE = 0.8
_LONGEST_WATCH_S = 0.6
_MEASURE_MARGIN_S = 2.0
_LOWEST_MS, _HIGHEST_MS = 50, 60_000


@dataclass(frozen=True, slots=True)
class SlowClose(NetworkFault):
    """A slow_close toxic: the end of one direction is passed on late.

    The ends of both directions follow one another: when a client is done, Toxiproxy closes its side of the
    dependency, and that closing comes back.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "slow-close"
    effect: ClassVar[str] = (
        "Questions are answered as before; connections that one side has ended stay open, so that pools and "
        "limits on connections fill up."
    )

    close_after_ms: Annotated[int, Field(ge=_LOWEST_MS, le=_HIGHEST_MS)]
    """How late an end is passed on."""
    direction: Direction = "downstream"
    """downstream: the dependency's end; upstream: the client's; both: one after the other."""

    @property
    def toxic_type(self) -> str:
        """Toxiproxy's slow_close."""
        return "slow_close"

    @property
    def attributes(self) -> Mapping[str, int]:
        """Milliseconds, as ours."""
        return {"delay": self.close_after_ms}

    @property
    def streams(self) -> tuple[Stream, ...]:
        """As asked for."""
        return streams_of(self.direction)

    @property
    def question(self) -> Question:
        """The client is done, and waits for the other side to close."""
        return FAREWELL

    @property
    def least_ms(self) -> float:
        """What every closing must take."""
        return _FELT_SHARE * len(self.streams) * self.close_after_ms

    @property
    def watch_s(self) -> float:
        """Without waiting for the whole delay."""
        return min(self.least_ms / 1000, _LONGEST_WATCH_S)

    @property
    def measure_s(self) -> float:
        """Until it is closed."""
        return len(self.streams) * self.close_after_ms / 1000 + _MEASURE_MARGIN_S

    def sound_ms(self, seen: Observation) -> float:  # noqa: ARG002 -- the base's signature
        """Far from the delay."""
        return min(self.least_ms / 2, NORMAL_MS)

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must be open still, or have been closed late."""
        for one in seen:
            late = one.after_ms >= self.watch_s * 1000
            if one.outcome not in {Outcome.UNANSWERED, Outcome.CLOSED} or not late:
                return f"a {one.age} connection is {one.outcome} {one.after_ms:.0f} ms after its end"
        return None

    def not_measured(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must have been closed in the end, and late enough."""
        for one in seen:
            if one.outcome is not Outcome.CLOSED or one.after_ms < self.least_ms:
                return (
                    f"a {one.age} connection is {one.outcome} {one.after_ms:.0f} ms after its end, where it "
                    f"is to be closed after {self.least_ms:.0f} ms or more"
                )
        return None
