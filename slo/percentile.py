"""Which percentiles a sample can support, and between which of its values they lie."""

import math
from dataclasses import dataclass
from math import ceil, log

from scipy.special import bdtr, bdtrik

ALPHA = 0.05


def needed_sample(quantile: float, alpha: float = ALPHA) -> int:
    """The least number of independent values of which the largest is above the true quantile with
    confidence 1 - alpha: the smallest n with quantile^n <= alpha.

    With fewer, no value of the sample bounds the quantile from above, whatever its distribution, and what is
    read off is a guess (David and Nagaraja, Order Statistics, section 7.1). For alpha = 0.05: 5 for the
    median, 59 for p95, 299 for p99, 2,995 for p99.9.
    """
    return ceil(log(alpha) / log(quantile))


def supports(count: int, quantile: float) -> bool:
    """Whether `count` values are enough to speak of `quantile`."""
    return count >= needed_sample(quantile)


def rank_of(count: int, quantile: float) -> int:
    """Which of `count` sorted values, counted from 1, is the sample's own quantile."""
    return max(1, math.ceil(quantile * count))


@dataclass(frozen=True, slots=True)
class Ranks:
    """Which values of a sorted sample bound a quantile, counted from 1."""

    low: int | None
    """None where even the smallest value may be above the quantile."""
    high: int | None
    """None where even the largest may be below it: the sample cannot support the quantile."""


def bounding_ranks(count: int, quantile: float, alpha: float = ALPHA) -> Ranks:
    """One-sided bounds of the true quantile, each wrong with at most `alpha`, whatever the distribution.

    The number of values up to the quantile is binomial, so the r-th smallest is at most the quantile with
    probability P(B >= r) (David and Nagaraja, section 7.1). Holds for values that are independent of each
    other; count a sample in bursts by its effective size. Raises ValueError unless 0 < quantile < 1 and
    count >= 0.
    """
    if not 0 < quantile < 1 or count < 0:
        raise ValueError(f"count={count}, quantile={quantile}: must be count >= 0, 0 < quantile < 1")
    # The largest r with P(B <= r - 1) <= alpha, and the least with P(B <= r - 1) >= 1 - alpha.
    low = _binomial_quantile(alpha, count, quantile)
    if bdtr(low, count, quantile) <= alpha:
        low += 1
    high = _binomial_quantile(1 - alpha, count, quantile) + 1
    return Ranks(low if low >= 1 else None, high if high <= count else None)


def _binomial_quantile(probability: float, count: int, share: float) -> int:
    """The least k with P(B <= k) >= `probability`, for B of `count` trials."""
    near = max(math.ceil(float(bdtrik(probability, count, share))), 0)
    return near - 1 if near > 0 and bdtr(near - 1, count, share) >= probability else near
