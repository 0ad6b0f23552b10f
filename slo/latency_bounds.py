"""Percentiles of latency with the bounds that a sample supports, whatever the latencies' distribution."""

from dataclasses import dataclass

import numpy as np

from evidence.run_folder import RunFolder
from slo.counting import Questions
from slo.evidence_view import open_evidence
from slo.inference.block_counts import BlockCounts, block_seconds
from slo.inference.ratio import spread_of
from slo.percentile import bounding_ranks, supports
from slo.promise import Objective
from slo.sql import query

QUANTILES = (0.5, 0.95, 0.99, 0.999)
_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class BoundedPercentile:
    """One percentile of the latency of an objective's requests, in milliseconds."""

    objective: str
    quantile: float
    requests: int
    """Of known latency."""
    effective_requests: int
    """What they are worth: fewer where slow ones come in bursts."""
    value_ms: float | None
    """None where the sample cannot support it."""
    low_ms: float | None
    """Below it is the true percentile with at most 5%; None where not even the smallest value is a bound."""
    high_ms: float | None
    """Above it with at most 5%; None where not even the largest value is."""


def run_percentiles(run: RunFolder, objectives: tuple[Objective, ...]) -> tuple[BoundedPercentile, ...]:
    """Percentiles of latency of what each objective is about, over a whole run. Raises InvalidFile."""
    with open_evidence(run) as evidence:
        return tuple(one for objective in objectives for one in bounded_percentiles(evidence, objective))


def bounded_percentiles(
    evidence: Questions, objective: Objective, quantiles: tuple[float, ...] = QUANTILES
) -> tuple[BoundedPercentile, ...]:
    """Percentiles of what counts of an objective's tier and operation, its threshold aside."""
    chosen: dict[str, object] = {
        "tier": objective.tier,
        "operation": objective.operation,
        "tenant": objective.tenant,
    }
    count, first_ns, last_ns = evidence.rows(query("latency_known"), chosen)[0]
    if not count:
        return tuple(BoundedPercentile(objective.name, one, 0, 0, None, None, None) for one in quantiles)
    block_ns = block_seconds((last_ns - first_ns) / _NS_PER_S) * _NS_PER_S
    grid = _Grid(chosen, int(first_ns), block_ns)
    return tuple(_bounded(evidence, objective.name, one, int(count), grid) for one in quantiles)


@dataclass(frozen=True, slots=True)
class _Grid:
    chosen: dict[str, object]
    origin_ns: int
    block_ns: int


def _bounded(evidence: Questions, name: str, quantile: float, count: int, grid: _Grid) -> BoundedPercentile:
    asked = grid.chosen
    (value_ns,) = _values(evidence, asked, count, (int(np.ceil(quantile * count)),))
    worth = _effective(evidence, grid, value_ns, count)
    ranks = bounding_ranks(worth, quantile)
    # A rank among so many as they are worth is that share of all.
    wanted = tuple(
        None if rank is None else max(1, min(count, round(rank * count / worth)))
        for rank in (ranks.low, ranks.high)
    )
    known = tuple(rank for rank in wanted if rank is not None)
    found = dict(zip(known, _values(evidence, asked, count, known), strict=True))
    low_ms, high_ms = (None if rank is None else found[rank] / _NS_PER_MS for rank in wanted)
    value_ms = value_ns / _NS_PER_MS if supports(worth, quantile) else None
    return BoundedPercentile(name, quantile, count, worth, value_ms, low_ms, high_ms)


def _effective(evidence: Questions, grid: _Grid, value_ns: int, count: int) -> int:
    """How many independent requests would tell as much of the share that is not faster."""
    columns = evidence.columns(
        query("late_by_block"),
        {
            **grid.chosen,
            "origin_ns": grid.origin_ns,
            "block_ns": grid.block_ns,
            "threshold_ns": value_ns,
        },
    )
    stratum, block, total, late = (
        np.asarray(columns[name], dtype=np.int64) for name in ("stratum", "block", "total", "late")
    )
    counts = BlockCounts(grid.block_ns / _NS_PER_S, stratum, block, total, late)
    slower = int(late.sum())
    spread = spread_of(counts)
    if spread is None or not 0 < slower < count:
        return count
    independent = slower * (1 - slower / count)
    return max(1, int(count / max(1.0, spread.variance / independent)))


def _values(
    evidence: Questions, chosen: dict[str, object], count: int, ranks: tuple[int, ...]
) -> tuple[int, ...]:
    """The values of these ranks, counted from 1 among `count`."""
    if not ranks:
        return ()
    # The middle of a rank's share of the quantiles: rounding cannot move it to its neighbour.
    asked = [(rank - 0.5) / count for rank in ranks]
    values = evidence.rows(query("latency_ranks").replace("$quantiles", str(asked)), chosen)[0][0]
    return tuple(int(value) for value in values)
