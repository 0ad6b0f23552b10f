"""A percentile of latency of one run, with bounds from the ranks of its own values."""

from dataclasses import dataclass
from math import ceil, exp, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

from slo.comparison.bounded import Range, student_level
from slo.comparison.reliance import reliance
from slo.inference.block_counts import BlockCounts, Counts
from slo.inference.ratio import spread_of
from slo.percentile import bounding_ranks, supports

type Latencies = NDArray[np.int64]
"""Nanoseconds, sorted."""

_REACH = 9.0
"""So many standard deviations of ranks around the percentile are kept: no bound that is asked for lies
further."""


@dataclass(frozen=True, slots=True, eq=False)
class Percentile:
    """The logarithm of a percentile, in nanoseconds.

    Bounds are values of the sample whose ranks bound the percentile, whatever the latencies' distribution
    (`slo.percentile`), of the effective sample size: slow answers in bursts tell less than their number. The
    logarithm, because latency changes by factors.
    """

    quantile: float
    requests: int
    effective: int
    """What they are worth."""
    bursts: float | None
    """What the effective size rests on; None where slow answers come independently of each other."""
    kept: Latencies
    """Values around the percentile, sorted."""
    skipped: int
    """How many are below them."""

    @property
    def supported(self) -> bool:
        """Whether the sample can support the percentile at all."""
        return supports(self.effective, self.quantile)

    @property
    def value_ns(self) -> float:
        """The percentile."""
        return exp(self.estimate)

    @property
    def estimate(self) -> float:
        """Its logarithm."""
        return self._log_of(ceil(self.quantile * self.requests))

    def bounds(self, alpha: float) -> Range:
        """Of the logarithm."""
        ranks = bounding_ranks(self.effective, self.quantile, student_level(alpha, self.bursts))
        low = -inf if ranks.low is None else self._log_of(self._among_all(ranks.low))
        high = inf if ranks.high is None else self._log_of(self._among_all(ranks.high))
        return Range(low, high)

    def _among_all(self, rank: int) -> int:
        """A rank among so many as they are worth is that share of all."""
        return max(1, min(self.requests, round(rank * self.requests / self.effective)))

    def _log_of(self, rank: int) -> float:
        position = rank - 1 - self.skipped
        if position < 0:
            return -inf
        return log(max(1, int(self.kept[position]))) if position < len(self.kept) else inf


def percentile(latencies: Latencies, quantile: float, late: BlockCounts) -> Percentile:
    """Of sorted latencies, of which there is at least one; `late` counts as bad, block by block, those at or
    above the percentile.
    """
    spread = spread_of(late)
    count = len(latencies)
    slower = count - int(np.searchsorted(latencies, value_at(latencies, quantile)))
    effective = count
    bursts: float | None = None
    if spread is not None and 0 < slower < count:
        independent = slower * (1 - slower / count)
        relied = reliance(late, spread)
        effective = max(1, int(count / max(1.0, spread.variance * relied.factor / independent)))
        bursts = relied.freedom
    reach = _REACH * sqrt(quantile * (1 - quantile) / effective)
    first = max(0, int((quantile - reach) * count) - 1)
    last = min(count, ceil((quantile + reach) * count) + 1)
    return Percentile(quantile, count, effective, bursts, latencies[first:last].copy(), first)


def value_at(latencies: Counts, quantile: float) -> int:
    """The value of the rank that a quantile has."""
    return int(latencies[ceil(quantile * len(latencies)) - 1])
