"""What requests tell over time and by kind: the figures that reports draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from slo.evidence_view import Evidence
from slo.percentile import supports
from slo.sql import query

_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000

type Grouping = Literal["operation", "tier", "phase"]


@dataclass(frozen=True, slots=True)
class TimeBucket:
    """One stretch of a run. Warm-up and 429s are in it: it tells what was, and decides nothing.

    Latency is that of the requests intended in it, None where none of them ended. These percentiles describe
    just these requests; what a sample of this size says of the service is `latency_percentiles`' to judge.
    """

    start_ns: int
    offered: int
    """Arrivals intended in it."""
    achieved: int
    """Requests that ended in it, well or badly."""
    outcomes: Mapping[str, int]
    """Of the requests intended in it; keys are `Outcome`s."""
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    latency_p99_ms: float | None


@dataclass(frozen=True, slots=True)
class LatencyPercentiles:
    """Latency from the intended instant, and service time from the start, of what counts.

    operation, tier and phase are None where they were not asked for, or the requests have none. A request
    whose times are not known is in no percentile; one that the sample cannot support is None
    (`slo.percentile`).
    """

    operation: str | None
    tier: str | None
    phase: str | None
    requests: int
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    latency_p99_ms: float | None
    latency_p999_ms: float | None
    latency_max_ms: float | None
    """None where no latency is known."""
    service_p50_ms: float | None
    service_p99_ms: float | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What users met with between two instants: requests whose life, intended to ended, overlaps it.

    Percentiles are None where the sample cannot support them.
    """

    requests: int
    outcomes: Mapping[str, int]
    served_from: Mapping[str, int]
    """Of the answers that say so."""
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    latency_p99_ms: float | None


def outcomes_over_time(
    evidence: Evidence, bucket_s: float, *, start_ns: int | None = None, tier: str | None = None
) -> tuple[TimeBucket, ...]:
    """The run in stretches of `bucket_s` from `start_ns` (default: the start of the load, else of the run),
    up to the last request; none when there is none. Raises ValueError unless bucket_s is positive.
    """
    bucket_ns = round(bucket_s * _NS_PER_S)
    if bucket_ns <= 0:
        raise ValueError(f"bucket_s={bucket_s}: must be at least a nanosecond")
    if start_ns is None:
        load_ns = evidence.run.load_start_ns
        start_ns = evidence.run.started_ns if load_ns is None else load_ns
    parameters = {"bucket_ns": bucket_ns, "start_ns": start_ns, "tier": tier}
    return tuple(
        TimeBucket(
            start_ns=int(at_ns),
            offered=int(offered),
            achieved=int(achieved),
            outcomes=dict(outcomes or {}),
            latency_p50_ms=_ms(latency_ns, 0),
            latency_p95_ms=_ms(latency_ns, 1),
            latency_p99_ms=_ms(latency_ns, 2),
        )
        for at_ns, offered, achieved, outcomes, latency_ns in evidence.rows(
            query("outcomes_over_time"), parameters
        )
    )


def latency_percentiles(
    evidence: Evidence, by: Sequence[Grouping] = ("operation", "tier")
) -> tuple[LatencyPercentiles, ...]:
    """Exact percentiles of what counts, one row for each group that has requests."""
    parameters = {f"by_{one}": one in by for one in ("operation", "tier", "phase")}
    return tuple(
        LatencyPercentiles(
            operation=operation,
            tier=tier,
            phase=phase,
            requests=int(count),
            latency_p50_ms=_supported(latency_ns, 0, timed, 0.5),
            latency_p95_ms=_supported(latency_ns, 1, timed, 0.95),
            latency_p99_ms=_supported(latency_ns, 2, timed, 0.99),
            latency_p999_ms=_supported(latency_ns, 3, timed, 0.999),
            latency_max_ms=None if highest_ns is None else int(highest_ns) / _NS_PER_MS,
            service_p50_ms=_supported(service_ns, 0, served, 0.5),
            service_p99_ms=_supported(service_ns, 1, served, 0.99),
        )
        for operation, tier, phase, count, timed, served, latency_ns, highest_ns, service_ns in evidence.rows(
            query("latency_percentiles"), parameters
        )
    )


def _supported(values_ns: Sequence[int] | None, position: int, count: int, quantile: float) -> float | None:
    return _ms(values_ns, position) if supports(count, quantile) else None


def _ms(values_ns: Sequence[int | None] | None, position: int) -> float | None:
    value_ns = values_ns[position] if values_ns else None
    return None if value_ns is None else value_ns / _NS_PER_MS
