"""Requests of one operation, or of all, added up from live records."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evidence.histogram_code import decode_histogram
from evidence.latency_histogram import BucketCounts, LatencyHistogram
from evidence.live_record import LiveRecord
from loadtests.live.state import OperationState, latency_state

LEAST_MEASURED_S = 0.5
"""Rates and shares of a shorter stretch, such as a load of one request, mean nothing."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one live record says, its histogram read."""

    operation: str | None
    from_ns: int
    to_ns: int
    answered: int
    outcomes: Mapping[str, int]
    latencies: BucketCounts


@dataclass(slots=True)
class Tally:
    """A sum of them."""

    answered: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    latencies: LatencyHistogram = field(default_factory=LatencyHistogram)

    def add(self, counted: Counted) -> None:
        """One more."""
        self.answered += counted.answered
        self.outcomes.update(counted.outcomes)
        self.latencies.add(counted.latencies)

    def state(self, name: str, span_s: float) -> OperationState:
        """As people are told, of `span_s` seconds."""
        per_s = self.answered / span_s if span_s >= LEAST_MEASURED_S else None
        return OperationState(name, self.answered, per_s, dict(self.outcomes), latency_state(self.latencies))


def read_counted(record: LiveRecord) -> Counted:
    """Raises ValueError for a histogram that cannot be read."""
    return Counted(
        operation=record.operation,
        from_ns=record.from_ns,
        to_ns=record.to_ns,
        answered=record.answered,
        outcomes=dict(record.outcomes),
        latencies=decode_histogram(record.histogram, record.max_ns),
    )


def sum_of(many: Iterable[Counted]) -> Tally:
    """All of them together."""
    tally = Tally()
    for counted in many:
        tally.add(counted)
    return tally
