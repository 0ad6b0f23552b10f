"""Which percentiles a sample can support."""

from math import ceil, log

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
