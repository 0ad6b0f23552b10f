"""Zipf's law: the item of rank r is asked for in proportion to 1 / r^exponent."""

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate


@lru_cache(maxsize=256)
def _cumulative(count: int, exponent: float) -> tuple[float, ...]:
    return tuple(accumulate(1.0 / rank**exponent for rank in range(1, count + 1)))


def popular_index(count: int, exponent: float, uniform: float) -> int:
    """The index, 0 <= index < count, that `uniform`, 0 <= uniform < 1, picks; 0 is the most popular.

    Exponent 0 makes all equally popular; query words and documents of real services lie near 1.
    """
    cumulative = _cumulative(count, exponent)
    return min(bisect_right(cumulative, uniform * cumulative[-1]), count - 1)
