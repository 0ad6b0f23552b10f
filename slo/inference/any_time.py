"""Judging a run while it goes on."""

from dataclasses import dataclass

from evidence.verdict_record import Interval
from slo.inference.block_counts import BlockCounts
from slo.inference.ratio import ALPHA
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
    if burst_s <= 0 or counts is None or not len(counts.block):
        return mixture_interval(good, total, target, alpha)
    while counts.block_s < burst_s:
        counts = counts.coarser()
    return betting_interval(counts, alpha)
