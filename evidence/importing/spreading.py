"""Counted things get instants: those of an interval, spread evenly over it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import gcd

_GOLDEN = 0.618_033_988_749_895


def spread[T](counts: Sequence[tuple[T, int]], start_ns: int, length_ns: int) -> Iterator[tuple[int, T]]:
    """Each counted thing with an instant, in the order of instants.

    When within the interval something happened is not recorded. It is spread evenly, and in an order that
    mixes what was counted together, so that no part of the interval looks better or worse than another. The
    same counts are always spread in the same way.
    """
    ends = list(accumulate(count for _, count in counts))
    total = ends[-1] if ends else 0
    stride = _stride(total)
    for index in range(total):
        thing, _ = counts[bisect_right(ends, index * stride % total)]
        yield start_ns + length_ns * (2 * index + 1) // (2 * total), thing


def _stride(total: int) -> int:
    """A step that visits each of `total` places once and lands far from the last ones."""
    stride = max(1, round(total * _GOLDEN))
    while gcd(stride, total) > 1:
        stride += 1
    return stride
