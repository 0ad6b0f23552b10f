"""Percentiles of latency with the bounds that a sample supports, whatever the latencies' distribution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence.run_folder import RunFolder
from slo.choice import Choice
from slo.counting import block_grid
from slo.evidence_view import open_evidence
from slo.inference.block_counts import BlockCounts
from slo.inference.ratio import spread_of
from slo.latency_classes import LatencyClasses, Near, NearByBlock, Range, latency_classes, near, near_by_block
from slo.percentile import bounding_ranks, rank_of, supports
from slo.promise import Objective
from slo.questions import Questions

QUANTILES = (0.5, 0.95, 0.99, 0.999)
_NS_PER_MS = 1_000_000


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
        return all_bounded_percentiles(evidence, objectives)


def bounded_percentiles(
    evidence: Questions, objective: Objective, quantiles: tuple[float, ...] = QUANTILES
) -> tuple[BoundedPercentile, ...]:
    """Percentiles of what counts of an objective's tier and operation, its threshold aside."""
    return all_bounded_percentiles(evidence, (objective,), quantiles)


def all_bounded_percentiles(
    evidence: Questions, objectives: Sequence[Objective], quantiles: tuple[float, ...] = QUANTILES
) -> tuple[BoundedPercentile, ...]:
    """The same of many objectives, in their order, from two scans of the requests; from three where bursts
    move a bound into a class of latency that it would not be in, were requests independent. All are exact.
    """
    choices = tuple(dict.fromkeys(Choice.of(one) for one in objectives))
    classes = latency_classes(evidence, choices)
    known = {choice: one for choice, one in classes.items() if one.count}
    by_block = near_by_block(
        evidence,
        block_grid(evidence),
        {choice: _first_ranges(one, quantiles) for choice, one in known.items()},
    )
    ranked = {
        (choice, quantile): _ranked(one, by_block[choice], quantile)
        for choice, one in known.items()
        for quantile in quantiles
    }
    late = {choice: _unknown(one, by_block[choice].near, choice, ranked) for choice, one in known.items()}
    found = near(evidence, late) if any(late.values()) else {}

    def value_ms(choice: Choice, rank: int) -> float:
        first = by_block[choice].near
        nearest = first if first.knows(classes[choice].range_of(rank)) else found[choice]
        return nearest.value_ns(classes[choice], rank) / _NS_PER_MS

    def told(objective: Objective, quantile: float) -> BoundedPercentile:
        choice = Choice.of(objective)
        ranks = ranked.get((choice, quantile))
        if ranks is None:
            return BoundedPercentile(objective.name, quantile, 0, 0, None, None, None)
        return BoundedPercentile(
            objective.name,
            quantile,
            classes[choice].count,
            ranks.worth,
            value_ms(choice, ranks.value) if supports(ranks.worth, quantile) else None,
            None if ranks.low is None else value_ms(choice, ranks.low),
            None if ranks.high is None else value_ms(choice, ranks.high),
        )

    return tuple(told(objective, quantile) for objective in objectives for quantile in quantiles)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Which of a choice's latencies, counted from 1, are a percentile and its bounds."""

    worth: int
    value: int
    low: int | None
    high: int | None

    @property
    def bounds(self) -> tuple[int, ...]:
        return tuple(one for one in (self.low, self.high) if one is not None)


def _first_ranges(classes: LatencyClasses, quantiles: tuple[float, ...]) -> list[Range]:
    """Where percentiles lie, and their bounds, were requests independent of each other."""
    alone = [_with_bounds(classes.count, classes.count, one) for one in quantiles]
    return [classes.range_of(min((one.value, *one.bounds)), max((one.value, *one.bounds))) for one in alone]


def _ranked(classes: LatencyClasses, by_block: NearByBlock, quantile: float) -> _Ranked:
    count = classes.count
    value_ns = by_block.near.value_ns(classes, rank_of(count, quantile))
    return _with_bounds(count, _effective(by_block.slower(value_ns), count), quantile)


def _unknown(
    classes: LatencyClasses, first: Near, choice: Choice, ranked: Mapping[tuple[Choice, float], _Ranked]
) -> list[Range]:
    """Where bounds lie that the first look did not tell."""
    ranges = [
        classes.range_of(rank) for (whose, _), one in ranked.items() if whose == choice for rank in one.bounds
    ]
    return [one for one in ranges if not first.knows(one)]


def _with_bounds(count: int, worth: int, quantile: float) -> _Ranked:
    """Of `count` requests that are worth so many."""
    ranks = bounding_ranks(worth, quantile)
    # A rank among so many as they are worth is that share of all.
    low, high = (
        None if rank is None else max(1, min(count, round(rank * count / worth)))
        for rank in (ranks.low, ranks.high)
    )
    return _Ranked(worth, rank_of(count, quantile), low, high)


def _effective(slower: BlockCounts, count: int) -> int:
    """How many independent requests would tell as much of the share that is not faster."""
    late = int(slower.bad.sum())
    spread = spread_of(slower)
    if spread is None or not 0 < late < count:
        return count
    independent = late * (1 - late / count)
    return max(1, int(count / max(1.0, spread.variance / independent)))
