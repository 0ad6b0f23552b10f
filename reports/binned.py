"""What a run of very many requests tells, off the bins of its cells: sorting all takes too much memory."""

import numpy as np

from reports.cells import LOWEST_BIN, PER_DECADE, SPECTRUM_PER_DECADE, Cells, Counts
from reports.sql import query
from slo.evidence_view import Evidence
from slo.percentile import supports
from slo.series import LatencyPercentiles, TimeBucket

MOST_SORTED = 5_000_000
"""Requests of which percentiles are exact; of more they are the middles of bins, wrong by 0.6% at most in the
table of operations and by 2.9% over time."""
_NS_PER_S = 1_000_000_000
_NS_PER_MS = 1_000_000


def binned_buckets(cells: Cells, start_ns: int, bucket_s: float) -> tuple[TimeBucket, ...]:
    """The run over time (`slo.series.outcomes_over_time`), from its cells."""
    offered, achieved = (
        sum((getattr(group, name) for group in cells.groups), np.zeros(cells.buckets, np.int64))
        for name in ("offered", "achieved")
    )
    latency = cells.latency
    known, up_to = latency.sum(axis=1), latency.cumsum(axis=1)
    percentiles = [_over_time(known, up_to, share) for share in (0.5, 0.95, 0.99)]
    outcomes: list[dict[str, int]] = [{} for _ in range(cells.buckets)]
    for group in cells.groups:
        for outcome, counts in group.outcomes.items():
            for bucket in np.flatnonzero(counts).tolist():
                outcomes[bucket][outcome] = outcomes[bucket].get(outcome, 0) + int(counts[bucket])
    return tuple(
        TimeBucket(
            start_ns + round(bucket * bucket_s * _NS_PER_S),
            int(offered[bucket]),
            int(achieved[bucket]),
            outcomes[bucket],
            *(one[bucket] for one in percentiles),
        )
        for bucket in range(cells.buckets)
    )


def binned_percentiles(evidence: Evidence) -> tuple[LatencyPercentiles, ...]:
    """By operation and tier (`slo.series.latency_percentiles`), once `read_cells` has filled the cells."""
    return tuple(
        LatencyPercentiles(
            operation=operation,
            tier=tier,
            phase=None,
            requests=int(requests),
            latency_p50_ms=_ms(p50, known, 0.5),
            latency_p95_ms=_ms(p95, known, 0.95),
            latency_p99_ms=_ms(p99, known, 0.99),
            latency_p999_ms=_ms(p999, known, 0.999),
            latency_max_ms=None if highest_ns is None else int(highest_ns) / _NS_PER_MS,
            service_p50_ms=_ms(service_p50, known, 0.5),
            service_p99_ms=_ms(service_p99, known, 0.99),
        )
        for operation, tier, requests, known, p50, p95, p99, p999, highest_ns, service_p50, service_p99 in (
            evidence.rows(query("binned_percentiles"))
        )
    )


def _over_time(known: Counts, up_to: Counts, share: float) -> list[float | None]:
    bins = (up_to >= np.ceil(share * known)[:, None]).argmax(axis=1)
    return [
        float(10 ** ((LOWEST_BIN + bin_ + 0.5) / PER_DECADE)) if count else None
        for bin_, count in zip(bins.tolist(), known.tolist(), strict=True)
    ]


def _ms(bin_: int | None, known: int, share: float) -> float | None:
    if bin_ is None or not supports(int(known), share):
        return None
    return float(10 ** ((int(bin_) + 0.5) / SPECTRUM_PER_DECADE))
