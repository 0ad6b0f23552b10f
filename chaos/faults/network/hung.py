"""Hung: connections are accepted, and nothing comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from chaos.faults.network.direction import Direction, streams_of
from chaos.faults.network.network_fault import NetworkFault
from chaos.probes.line import Observation, Outcome
from chaos.toxiproxy import Stream

LONGEST_WATCH_S = 0.5
"""A sound dependency answers long before."""

_FELT_SHARE = 0.8
_MEASURE_MARGIN_S = 2.0
_SOONEST_MS, _LATEST_MS = 400, 60_000


@dataclass(frozen=True, slots=True)
class Hung(NetworkFault):
    """A timeout toxic: it drops all data of its direction.

    When it is taken off, Toxiproxy closes the connections that it worked on.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "hung"
    effect: ClassVar[str] = (
        "Connections are made at once and stay, questions are never answered; with close_after_ms "
        "connections are closed in the end."
    )

    close_after_ms: Annotated[int, Field(ge=0, le=_LATEST_MS)] = 0
    """How long a connection on which nothing is sent stays; 0: for ever, else 400 or more."""
    direction: Direction = "downstream"
    """downstream: what was asked is done, and the answer is lost; upstream: nothing arrives."""

    def __post_init__(self) -> None:
        """Raises ValueError for a closing that comes too soon to see that nothing is answered."""
        if 0 < self.close_after_ms < _SOONEST_MS:
            raise ValueError(f"close_after_ms must be 0 or at least {_SOONEST_MS}")

    @property
    def toxic_type(self) -> str:
        """Toxiproxy's timeout."""
        return "timeout"

    @property
    def attributes(self) -> Mapping[str, int]:
        """0 never closes."""
        return {"timeout": self.close_after_ms}

    @property
    def streams(self) -> tuple[Stream, ...]:
        """As asked for."""
        return streams_of(self.direction)

    @property
    def watch_s(self) -> float:
        """Before it closes."""
        closes_s = _FELT_SHARE * self.close_after_ms / 1000
        return min(closes_s, LONGEST_WATCH_S) if closes_s else LONGEST_WATCH_S

    @property
    def measure_s(self) -> float:
        """Until it closes, where it does."""
        return self.close_after_ms / 1000 + _MEASURE_MARGIN_S if self.close_after_ms else 0.0

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must have been made and be waiting."""
        for one in seen:
            asked = one.sent_bytes > 0 and one.received_bytes == 0
            waits = one.outcome is Outcome.UNANSWERED and one.after_ms >= self.watch_s * 1000
            if not (asked and waits):
                return f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms"
        return None

    def not_measured(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must have been closed in the end, and not before."""
        for one in seen:
            if one.outcome is not Outcome.CLOSED or one.received_bytes:
                return (
                    f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms, "
                    f"where it is to be closed after some {self.close_after_ms} ms"
                )
        return None
