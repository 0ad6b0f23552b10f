"""Latencies counted in buckets so narrow that no percentile is off by more than 0.05%, in bounded memory.

The buckets are those of HdrHistogram with three significant digits and a lowest value of 1 ns: up to 2,047 ns
each nanosecond has its own, above that every doubling is cut into 1,024 equal ones, the last ending at two
hours and a half. A value is told as the middle of its bucket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

_DIGITS_BITS = 10
_HALF = 1 << _DIGITS_BITS
"""Buckets of one doubling."""
_HIGHEST_BITS = 43
HIGHEST_NS = (1 << _HIGHEST_BITS) - 1
"""What is longer is counted as this; the longest of all is kept as it is."""
BUCKETS = (_HIGHEST_BITS - _DIGITS_BITS + 1) * _HALF

_MANTISSA_BITS, _EXPONENT_BIAS = 52, 1023
_BITS_TO_DROP = _MANTISSA_BITS - _DIGITS_BITS
_FIRST_INDEX = (_EXPONENT_BIAS + _DIGITS_BITS - 1) << _DIGITS_BITS

type Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BucketCounts:
    """The buckets of a histogram that hold something."""

    buckets: Integers
    """In order."""
    counts: Integers
    max_ns: int
    """The longest latency, exactly; 0 where there is none."""


class LatencyHistogram:
    """Counts latencies; what it holds does not grow with their number."""

    def __init__(self) -> None:
        self._counts: Integers = np.zeros(BUCKETS, dtype=np.int64)
        self.count = 0
        """Latencies that were counted."""
        self.max_ns = 0
        """The longest one, exactly; 0 where there is none."""

    def record(self, latencies_ns: Integers | Sequence[int]) -> None:
        """Count these; one below 0 counts as 0."""
        values = np.asarray(latencies_ns, dtype=np.int64)
        if not values.size:
            return
        np.add.at(self._counts, _buckets_of(values), 1)
        self.count += values.size
        self.max_ns = max(self.max_ns, int(values.max()))

    def add(self, other: BucketCounts) -> None:
        """Count what another histogram counted: the same as if all had been counted by one."""
        self._counts[other.buckets] += other.counts
        self.count += int(other.counts.sum())
        self.max_ns = max(self.max_ns, other.max_ns)

    def clear(self) -> None:
        """Forget everything."""
        self._counts[:] = 0
        self.count = self.max_ns = 0

    def filled(self) -> BucketCounts:
        """What it holds."""
        buckets = np.flatnonzero(self._counts).astype(np.int64)
        return BucketCounts(buckets, self._counts[buckets], self.max_ns)

    def percentiles_ns(self, *quantiles: float) -> tuple[float | None, ...]:
        """The latencies that these shares of all do not exceed: of n, the ceil(quantile * n)-th smallest.

        The middle of its bucket, so within 0.05% of it; the longest is exact. None where nothing was counted.
        """
        if not self.count:
            return (None,) * len(quantiles)
        ranks = [max(1, ceil(Fraction(str(quantile)) * self.count)) for quantile in quantiles]
        found = np.searchsorted(np.cumsum(self._counts), ranks)
        return tuple(
            float(self.max_ns) if rank == self.count else min(_middle_ns(int(bucket)), float(self.max_ns))
            for rank, bucket in zip(ranks, found, strict=True)
        )


def _buckets_of(values_ns: Integers) -> Integers:
    """A float64 carries its logarithm: its exponent and ten bits of its mantissa are the bucket's number."""
    clipped = np.clip(values_ns, 0, HIGHEST_NS)
    of_floats = (clipped.astype(np.float64).view(np.int64) >> _BITS_TO_DROP) - _FIRST_INDEX
    buckets: Integers = np.where(clipped < _HALF, clipped, of_floats)
    return buckets


def _middle_ns(bucket: int) -> float:
    if bucket < 2 * _HALF:
        return float(bucket)
    doubling, place = divmod(bucket, _HALF)
    width = 1 << (doubling - 1)
    return (_HALF + place) * width + (width - 1) / 2
