"""Latency: answers come late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from chaos.faults.network.direction import Direction, streams_of
from chaos.faults.network.network_fault import NetworkFault
from chaos.probes.line import Observation, Outcome
from chaos.toxiproxy import Stream
from chaos.verification import NORMAL_MS

FELT_SHARE = 0.8
"""Share of the injected delay that a probe must see."""

LONGEST_WATCH_S = 0.6
"""A connection that has waited this long feels the fault; the whole delay is measured afterwards."""

_MEASURE_MARGIN_S = 2.0
"""For the answer itself, on a loaded machine."""

_LOWEST_MS, _HIGHEST_MS = 20, 60_000
"""Below the lowest, a probe cannot tell the fault from a busy machine."""


@dataclass(frozen=True, slots=True)
class Latency(NetworkFault):
    """A latency toxic: each write of one direction is delivered late, by latency_ms ± up to jitter_ms.

    Delay counts per write and direction, so per round trip, not per request: what takes several round trips
    (opening a connection with a login) takes that many times longer.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "latency"
    effect: ClassVar[str] = "Every round trip takes longer; connections are made at once and stay."

    latency_ms: Annotated[int, Field(ge=_LOWEST_MS, le=_HIGHEST_MS)]
    """Added delay."""
    jitter_ms: Annotated[int, Field(ge=0, le=_HIGHEST_MS)] = 0
    """Each delay is longer or shorter by up to this; latency_ms − jitter_ms is at least 20."""
    direction: Direction = "downstream"
    """downstream: answers are late; upstream: questions are; both: a round trip is late twice."""

    def __post_init__(self) -> None:
        """Raises ValueError for a jitter that may leave nothing to feel."""
        if self.latency_ms - self.jitter_ms < _LOWEST_MS:
            raise ValueError(f"latency_ms - jitter_ms must be at least {_LOWEST_MS}")

    @property
    def toxic_type(self) -> str:
        """Toxiproxy's latency."""
        return "latency"

    @property
    def attributes(self) -> Mapping[str, int]:
        """In milliseconds, as ours."""
        return {"latency": self.latency_ms, "jitter": self.jitter_ms}

    @property
    def streams(self) -> tuple[Stream, ...]:
        """As asked for."""
        return streams_of(self.direction)

    @property
    def least_ms(self) -> float:
        """The delay that every round trip must show."""
        return FELT_SHARE * len(self.streams) * (self.latency_ms - self.jitter_ms)

    @property
    def watch_s(self) -> float:
        """Until it is felt, without waiting for the whole delay."""
        return min(self.least_ms / 1000, LONGEST_WATCH_S)

    @property
    def measure_s(self) -> float:
        """Until the late answers are there."""
        return len(self.streams) * (self.latency_ms + self.jitter_ms) / 1000 + _MEASURE_MARGIN_S

    def sound_ms(self, seen: Observation) -> float:  # noqa: ARG002 -- the base's signature
        """Far from the delay, and never more than a sound dependency takes."""
        return min(self.least_ms / 2, NORMAL_MS)

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must have waited, and be waiting still or have been answered."""
        for one in seen:
            waited = one.after_ms >= self.watch_s * 1000
            if one.outcome not in {Outcome.UNANSWERED, Outcome.ANSWERED} or not waited:
                return f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms"
        return None

    def not_measured(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must have been answered in the end, and late enough."""
        for one in seen:
            if one.outcome is not Outcome.ANSWERED or one.after_ms < self.least_ms:
                return (
                    f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms, "
                    f"where an answer after {self.least_ms:.0f} ms or more is due"
                )
        return None
