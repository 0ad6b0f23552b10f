"""Zipf's law: the item of rank r is asked for in proportion to 1 / r^exponent."""

import math
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate

_ABOVE_MINUS_ONE = math.nextafter(-1.0, 0.0)


@lru_cache(maxsize=256)
def _cumulative(count: int, exponent: float) -> tuple[float, ...]:
    return tuple(accumulate(float(rank) ** -exponent for rank in range(1, count + 1)))


def popular_index(count: int, exponent: float, uniform: float) -> int:
    """The index, 0 <= index < count, that `uniform`, 0 <= uniform < 1, picks; 0 is the most popular.

    Exponent 0 makes all equally popular; query words and documents of real services lie near 1.
    """
    cumulative = _cumulative(count, exponent)
    return min(bisect_right(cumulative, uniform * cumulative[-1]), count - 1)


def zipf_rank(count: int, exponent: float, uniform: Callable[[], float]) -> int:
    """A rank from 1 to `count` by Zipf's law, exponent > 0, in constant memory whatever the count.

    Rejection-inversion (Hörmann and Derflinger, 1996): the area under 1 / x^exponent is inverted, and what
    lies beyond a rank's own share of it is drawn again, a few times in a hundred.
    """
    first, last = _area(1.5, exponent) - 1.0, _area(count + 0.5, exponent)
    always_below = 2.0 - _area_inverse(_area(2.5, exponent) - 2.0**-exponent, exponent)
    while True:
        drawn = last + uniform() * (first - last)
        value = _area_inverse(drawn, exponent)
        rank = min(max(int(value + 0.5), 1), count)
        if rank - value <= always_below or drawn >= _area(rank + 0.5, exponent) - rank**-exponent:
            return rank


def _area(x: float, exponent: float) -> float:
    """The integral of 1 / x^exponent, up to a constant."""
    if exponent == 1.0:
        return math.log(x)
    return math.expm1((1.0 - exponent) * math.log(x)) / (1.0 - exponent)


def _area_inverse(area: float, exponent: float) -> float:
    if exponent == 1.0:
        return math.exp(area)
    return math.exp(math.log1p(max(area * (1.0 - exponent), _ABOVE_MINUS_ONE)) / (1.0 - exponent))
