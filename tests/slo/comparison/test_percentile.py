"""Percentiles of one run, as they are compared."""

from math import exp, inf, log

import numpy as np
import pytest

from slo.comparison.percentile import percentile
from slo.comparison.requests import in_blocks
from slo.inference.block_counts import BlockCounts
from slo.percentile import bounding_ranks

MS = 1_000_000


def late(slow: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> BlockCounts:
    """Ten requests a second."""
    count = len(slow)
    return in_blocks(np.zeros(count, np.int64), np.arange(count) // 10, slow, 1.0)


def test_bounds_are_the_values_of_their_ranks() -> None:
    values = np.arange(1, 1001, dtype=np.int64) * MS
    # As many slow ones in each block.
    found = percentile(values, 0.95, late(np.arange(1000) % 20 == 3))
    ranks = bounding_ranks(1000, 0.95, 0.01)
    bounds = found.bounds(0.01)
    assert found.value_ns == pytest.approx(950 * MS)
    assert ranks.low is not None
    assert ranks.high is not None
    assert (exp(bounds.low), exp(bounds.high)) == pytest.approx((ranks.low * MS, ranks.high * MS))


def test_slow_ones_that_come_together_widen_the_bounds() -> None:
    values = np.arange(1, 20_001, dtype=np.int64) * MS
    slow = np.arange(20_000)
    apart = percentile(values, 0.95, late(slow % 20 == 3))
    bursts = percentile(values, 0.95, late(slow % 1000 < 50))
    assert apart.bursts is None
    assert bursts.effective < apart.effective / 10
    assert bursts.bounds(0.05).high > apart.bounds(0.05).high


def test_one_burst_supports_nothing() -> None:
    values = np.arange(1, 2001, dtype=np.int64) * MS
    found = percentile(values, 0.95, late(np.arange(2000) >= 1900))
    assert not found.supported


def test_a_bound_that_no_value_gives_is_infinite() -> None:
    values = np.arange(1, 101, dtype=np.int64) * MS
    found = percentile(values, 0.99, late(np.arange(100) == 57))
    assert found.bounds(0.05).high == inf
    assert found.estimate == pytest.approx(log(99 * MS))
