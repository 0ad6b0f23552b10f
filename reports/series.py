"""What a run's requests tell over time and by kind: what is drawn and tabled."""

from dataclasses import dataclass

from reports.cells import Cells
from slo.series import LatencyPercentiles, TimeBucket


@dataclass(frozen=True, slots=True)
class RunSeries:
    """Everything that is drawn or tabled from requests."""

    bucket_s: float
    buckets: tuple[TimeBucket, ...]
    latency: tuple[LatencyPercentiles, ...]
    """By operation and tier, over what counts."""
    cells: Cells
    """The same in cells of time and latency, for what shows their distribution."""
    exact: bool = True
    """Percentiles are of all requests, sorted; False where they are read off bins (`reports.binned`)."""

    @property
    def offered_s(self) -> float:
        """How long arrivals were offered."""
        offering = [index for index, bucket in enumerate(self.buckets, start=1) if bucket.offered]
        return max(offering, default=0) * self.bucket_s


_BUCKETS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
MOST_BUCKETS = 240
"""About one for each three points of a chart's width: more would cost size and show noise."""


def bucket_length_s(duration_s: float) -> float:
    """The shortest round bucket that keeps a run of this length readable; never under a second."""
    return float(
        next((length for length in _BUCKETS_S if duration_s <= length * MOST_BUCKETS), _BUCKETS_S[-1])
    )
