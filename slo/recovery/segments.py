"""Where the share of good requests changes: a series cut into segments of one ratio each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

type _Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Requests intended in one short stretch of time."""

    good: int
    total: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Buckets start <= index < end, in which the share of good requests is one."""

    start: int
    end: int
    good: int
    total: int

    @property
    def ratio(self) -> float | None:
        """None without requests."""
        return self.good / self.total if self.total else None


def segments(buckets: Sequence[Bucket]) -> tuple[Segment, ...]:
    """The cut that maximises the binomial likelihood of the counts, less a penalty for each change.

    Optimal partitioning (Jackson et al., An algorithm for optimal partitioning of data on an interval, IEEE
    Signal Processing Letters 12, 2005): exact, in time that grows with the square of the number of buckets.
    The penalty, 3/2 log n for n requests, is the modified Bayes information criterion's (Zhang and Siegmund,
    Biometrics 63, 2007): a single bad request among good ones is no change.
    """
    if not buckets:
        return ()
    good = _running([one.good for one in buckets])
    total = _running([one.total for one in buckets])
    cuts = [*_cuts(good, total), len(buckets)]
    return tuple(
        Segment(start, end, int(good[end] - good[start]), int(total[end] - total[start]))
        for start, end in pairwise(cuts)
    )


def _running(counts: Sequence[int]) -> _Counts:
    return np.concatenate(([0.0], np.cumsum(np.asarray(counts, dtype=np.float64))))


def _cuts(good: _Counts, total: _Counts) -> list[int]:
    """Where segments start."""
    penalty = 1.5 * log(max(total[-1], 2.0))
    length = len(total) - 1
    least = np.zeros(length + 1)
    least[0] = -penalty
    before = np.zeros(length + 1, dtype=np.int64)
    for end in range(1, length + 1):
        costs = least[:end] + _cost(good[end] - good[:end], total[end] - total[:end]) + penalty
        before[end] = int(np.argmin(costs))
        least[end] = costs[before[end]]
    cuts: list[int] = []
    end = length
    while end > 0:
        end = int(before[end])
        cuts.append(end)
    return cuts[::-1]


def _cost(good: _Counts, total: _Counts) -> _Counts:
    """Of each stretch: minus the greatest log likelihood of its counts."""
    bad = total - good
    share = np.divide(good, total, out=np.ones_like(good), where=total > 0)
    return -np.asarray(xlogy(good, share) + xlogy(bad, 1 - share), dtype=np.float64)
