"""How a load goes, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.latency_histogram import LatencyHistogram

QUANTILES = (0.5, 0.95, 0.99, 0.999)
_NEEDED = (2, 20, 100, 1000)
"""Latencies of which one is beyond the quantile."""
_NS_PER_MS = 1e6


@dataclass(frozen=True, slots=True)
class LatencyState:
    """In milliseconds; None where there are too few to have one beyond it."""

    quantiles_ms: tuple[float | None, ...]
    """Of QUANTILES."""
    max_ms: float | None


@dataclass(frozen=True, slots=True)
class OperationState:
    """The requests of one operation, or of all."""

    name: str
    answered: int
    answered_per_s: float | None
    """None where there is no time yet to tell it by."""
    outcomes: Mapping[str, int]
    latency: LatencyState
    """From the intended instant."""


@dataclass(frozen=True, slots=True)
class GeneratorState:
    """One worker itself, in its last second."""

    worker: str
    in_flight: int
    cpu_ratio: float | None
    """Of one core."""
    cpu_wait_ratio: float | None
    """Share of the time in which it could have run and had no core."""


@dataclass(frozen=True, slots=True)
class LiveState:
    """All workers together; rates, percentiles and outcomes of the last ten seconds."""

    elapsed_s: float
    """Since the start of the load."""
    offered_per_s: float | None
    """Arrivals that the schedule called for, dispatched or not."""
    achieved_per_s: float | None
    """Arrivals that were sent and came to an end."""
    operations: tuple[OperationState, ...]
    all_operations: OperationState
    whole_run: OperationState
    """All operations, since the start."""
    dispatch_lag: LatencyState
    generators: tuple[GeneratorState, ...]

    @property
    def in_flight(self) -> int:
        """Requests on their way."""
        return sum(one.in_flight for one in self.generators)


def latency_state(counted: LatencyHistogram) -> LatencyState:
    """What these latencies support: a percentile that none is beyond would be the longest in disguise."""
    values_ns = counted.percentiles_ns(*QUANTILES)
    return LatencyState(
        quantiles_ms=tuple(
            value_ns / _NS_PER_MS if value_ns is not None and counted.count >= needed else None
            for value_ns, needed in zip(values_ns, _NEEDED, strict=True)
        ),
        max_ms=counted.max_ns / _NS_PER_MS if counted.count else None,
    )
