"""Where the true ratio of good requests lies: exact binomial bounds, and how much more would prove it."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import betaincinv

from evidence.verdict_record import Interval

ALPHA = 0.05
"""The chance that a one-sided bound is wrong."""
METHOD = "exact binomial (Clopper-Pearson), one-sided"
_MOST_EVENTS = 1 << 40
"""Where looking for more ends: no run is that long."""


def exact_interval(good: int, total: int, alpha: float = ALPHA) -> Interval:
    """Both one-sided bounds of Clopper and Pearson (Biometrika 26, 1934), each wrong with at most `alpha`.

    Holds where requests fail independently of each other. Raises ValueError unless 0 <= good <= total and
    total > 0.
    """
    if not 0 <= good <= total or total == 0:
        raise ValueError(f"good={good}, total={total}: must be 0 <= good <= total, total > 0")
    return Interval(
        low=_low(good, total - good, alpha),
        high=1.0 if good == total else float(betaincinv(good + 1, total - good, 1 - alpha)),
        level=1 - alpha,
        method=METHOD,
    )


@dataclass(frozen=True, slots=True)
class Need:
    """How many more requests would prove an objective."""

    events: int
    at_present_ratio: bool
    """False where only a better ratio could prove it: then none of `events` may be bad."""


def needed_events(good: int, total: int, target: float, alpha: float = ALPHA) -> Need:
    """The least number of further requests that brings the lower bound to `target`.

    At the present ratio where that is above the target; else, or where that many are beyond any run, counted
    as if all of them were good. Zero when it is proven already. Raises ValueError unless 0 < target < 1 and
    0 <= good <= total.
    """
    if not 0 < target < 1 or not 0 <= good <= total:
        raise ValueError(
            f"good={good}, total={total}, target={target}: must be 0 <= good <= total, 0 < target < 1"
        )
    bad = total - good
    if total and good / total > target:
        # At a fixed ratio the bound, continued between whole numbers, rises with every event.
        events = _least(
            lambda more: _low(good * (total + more) / total, bad * (total + more) / total, alpha) >= target
        )
        if events is not None:
            return Need(events, at_present_ratio=True)
    events = _least(lambda more: _low(good + more, bad, alpha) >= target)
    return Need(_MOST_EVENTS if events is None else events, at_present_ratio=False)


def _low(good: float, bad: float, alpha: float) -> float:
    return float(betaincinv(good, bad + 1, alpha)) if good > 0 else 0.0


def _least(holds: Callable[[int], bool]) -> int | None:
    """The least number for which `holds`, which holds from some number on; None when that is out of reach."""
    if holds(0):
        return 0
    reach = 1
    while not holds(reach):
        reach *= 2
        if reach > _MOST_EVENTS:
            return None
    return bisect_left(range(reach), True, lo=reach // 2, key=holds)
