"""What a count says of the true ratio of good requests, and how many more would say enough."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from evidence.verdict_record import Interval
from slo.inference.block_counts import BlockCounts
from slo.inference.clustered import clustered_bounds, exact_high, exact_low
from slo.inference.dispersion import Dispersion, dispersion
from slo.inference.independence import independence_test

ALPHA = 0.05
"""The chance that a one-sided bound is wrong."""
EXACT = "exact binomial (Clopper-Pearson), one-sided"
WHOLE = "binomial (Clopper-Pearson) of slices that are wholly good or bad, one-sided"
CLUSTERED = "effective sample size (Korn-Graubard), failures in bursts, blocks of {block_s:g} s, one-sided"
MOST_EVENTS = 1 << 40
"""Where looking for more ends: no run is that long."""


@dataclass(frozen=True, slots=True)
class Need:
    """How many more requests would prove an objective."""

    events: int
    at_present_ratio: bool
    """False where only a better ratio could prove it: then none of `events` may be bad."""


def spread_of(counts: BlockCounts | None) -> Dispersion | None:
    """How much failures burst; None where nothing speaks against their independence."""
    if counts is None or independence_test(counts).holds:
        return None
    return dispersion(counts)


def infer(good: int, total: int, spread: Dispersion | None, alpha: float = ALPHA) -> Interval:
    """Both one-sided bounds of the ratio, each wrong with about `alpha`: exact where `spread` is None.

    Raises ValueError unless 0 <= good <= total and total > 0.
    """
    if not 0 <= good <= total or total == 0:
        raise ValueError(f"good={good}, total={total}: must be 0 <= good <= total, total > 0")
    if spread is None:
        high = exact_high(good, total - good, alpha)
        return Interval(exact_low(good, total - good, alpha), high, 1 - alpha, EXACT)
    bounds = clustered_bounds(good, total - good, spread, alpha)
    return Interval(bounds.low, bounds.high, 1 - alpha, CLUSTERED.format(block_s=spread.block_s))


def infer_mean(
    good: int, total: int, parts: int, spread: Dispersion | None, alpha: float = ALPHA
) -> Interval:
    """The same of the mean of ratios that are each told in `parts`, counted together.

    Events that had little to lose so far may lose all: the bounds are no closer than those of events that
    are wholly good or wholly bad, which of all with this mean vary most (Hoeffding, Journal of the American
    Statistical Association 58, 1963). Raises as `infer`.
    """
    whole_good, whole_bad = good / parts, (total - good) / parts
    low, high = exact_low(whole_good, whole_bad, alpha), exact_high(whole_good, whole_bad, alpha)
    seen = infer(good, total, spread, alpha)
    if spread is None or (low <= seen.low and seen.high <= high):
        return Interval(low, high, 1 - alpha, WHOLE)
    return Interval(min(low, seen.low), max(high, seen.high), 1 - alpha, seen.method)


def more_needed(
    good: float, total: float, target: float, spread: Dispersion | None = None, alpha: float = ALPHA
) -> Need:
    """The least number of further requests that brings the lower bound to `target`.

    At the present ratio, and with bursts as often as now, where the ratio is above the target; else, or
    where that many are beyond any run, counted as if all of them were good. Zero when it is proven already.
    Raises ValueError unless 0 < target < 1 and 0 <= good <= total.
    """
    if not 0 < target < 1 or not 0 <= good <= total:
        raise ValueError(
            f"good={good}, total={total}, target={target}: must be 0 <= good <= total, 0 < target < 1"
        )
    bad = total - good
    if total and good / total > target:
        # At a fixed ratio the bound, continued between whole numbers, rises with every event.
        events = least(lambda more: _low_over(good, bad, (total + more) / total, spread, alpha) >= target)
        if events is not None:
            return Need(events, at_present_ratio=True)
    events = least(lambda more: _low(good + more, bad, spread, alpha) >= target)
    return Need(MOST_EVENTS if events is None else events, at_present_ratio=False)


def _low_over(good: float, bad: float, factor: float, spread: Dispersion | None, alpha: float) -> float:
    longer = None if spread is None else spread.over(factor)
    return _low(good * factor, bad * factor, longer, alpha)


def _low(good: float, bad: float, spread: Dispersion | None, alpha: float) -> float:
    return exact_low(good, bad, alpha) if spread is None else clustered_bounds(good, bad, spread, alpha).low


def least(holds: Callable[[int], bool]) -> int | None:
    """The least number for which `holds`, which holds from some number on; None when that is out of reach."""
    if holds(0):
        return 0
    reach = 1
    while not holds(reach):
        reach *= 2
        if reach > MOST_EVENTS:
            return None
    return bisect_left(range(reach), True, lo=reach // 2, key=holds)
