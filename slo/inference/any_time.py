"""Judging a run while it goes on."""

from dataclasses import dataclass

from evidence.verdict_record import Interval
from slo.inference.block_counts import BlockCounts
from slo.inference.ratio import ALPHA, least
from slo.inference.sequential import betting_interval, mixture_interval


@dataclass(frozen=True, slots=True)
class AnyTime:
    """Would the service meet it, asked by somebody who looks while the run goes on, as often as they like."""

    burst_s: float
    """How long failures that have one cause last at most, said before the run: what a young run has not
    seen it cannot tell. 0 says that requests fail independently of each other."""


def any_time_interval(
    good: int, total: int, target: float, counts: BlockCounts | None, burst_s: float, alpha: float = ALPHA
) -> Interval:
    """Bounds that hold at every look, were bursts no longer than said."""
    bets = _bets(counts, burst_s)
    return mixture_interval(good, total, target, alpha) if bets is None else betting_interval(bets, alpha)


@dataclass(frozen=True, slots=True)
class MoreAlike:
    """What would do, were it like what there is."""

    times: float
    """As much again as there is, so many times."""
    least_s: float
    """How long the blocks that are bets last at least; 0 where requests are."""


def more_alike(
    good: int, total: int, target: float, counts: BlockCounts | None, burst_s: float, alpha: float = ALPHA
) -> MoreAlike | None:
    """How much more like this would bring the lower bound at looks to `target`; None where no reachable
    amount would."""
    bets = _bets(counts, burst_s)

    def holds(tenths: int) -> bool:
        times = 1 + tenths / 10
        if bets is None:
            return mixture_interval(good * times, total * times, target, alpha).low >= target
        return betting_interval(bets, alpha, times).low >= target

    tenths = least(holds) if good > target * total else None
    if tenths is None:
        return None
    return MoreAlike(tenths / 10, 0.0 if bets is None else tenths / 10 * len(bets.block) * bets.block_s)


def _bets(counts: BlockCounts | None, burst_s: float) -> BlockCounts | None:
    """Blocks as long as a burst at least; None where each request is a bet."""
    if burst_s <= 0 or counts is None or not len(counts.block):
        return None
    while counts.block_s < burst_s:
        counts = counts.coarser()
    return counts
