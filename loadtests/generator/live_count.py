"""Latencies that are counted for who watches the load."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from evidence.histogram_code import encode_histogram
from evidence.latency_histogram import BucketCounts, LatencyHistogram
from evidence.live_record import LiveMeasure, LiveRecord, LiveStretch
from evidence.request_record import Outcome


@dataclass(frozen=True, slots=True)
class LiveSeries:
    """What is counted together."""

    measure: LiveMeasure
    operation: str | None


@dataclass(frozen=True, slots=True)
class CountSnapshot:
    """What was counted, before it becomes text, which takes a moment."""

    series: LiveSeries
    answered: int
    outcomes: tuple[tuple[str, int], ...]
    latencies: BucketCounts

    def record(self, worker: str, stretch: LiveStretch, from_ns: int, to_ns: int) -> LiveRecord:
        """As it is told."""
        return LiveRecord(
            worker=worker,
            measure=self.series.measure,
            operation=self.series.operation,
            stretch=stretch,
            from_ns=from_ns,
            to_ns=to_ns,
            answered=self.answered,
            outcomes=self.outcomes,
            histogram=encode_histogram(self.latencies),
            max_ns=self.latencies.max_ns,
        )


@dataclass(slots=True)
class LiveCount:
    """One series in one stretch."""

    series: LiveSeries
    answered: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    latencies: LatencyHistogram = field(default_factory=LatencyHistogram)

    def add(self, latencies_ns: Sequence[int], answered: int, outcomes: Iterable[Outcome] = ()) -> None:
        """Requests: how long those took that were sent, how many were arrivals, what became of all."""
        self.latencies.record(latencies_ns)
        self.answered += answered
        self.outcomes.update(outcomes)

    def take(self, total: "LiveCount") -> CountSnapshot:
        """What was added since the last time; `total` counts it too."""
        taken = self.snapshot()
        total.latencies.add(taken.latencies)
        total.answered += self.answered
        total.outcomes.update(self.outcomes)
        self.latencies.clear()
        self.answered = 0
        self.outcomes.clear()
        return taken

    def snapshot(self) -> CountSnapshot:
        """What has been counted."""
        outcomes = tuple((outcome.value, count) for outcome, count in self.outcomes.items())
        return CountSnapshot(self.series, self.answered, outcomes, self.latencies.filled())
