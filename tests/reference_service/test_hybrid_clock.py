"""Versions never move backwards, whatever the time of day does."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.writes.hybrid_clock import HybridClock

TIMES = st.integers(min_value=1_700_000_000_000, max_value=4_000_000_000_000)


@given(st.lists(TIMES, min_size=2, max_size=50))
def test_versions_rise_though_the_wall_clock_jumps(times_ms: list[int]) -> None:
    at = iter(times_ms)
    clock = HybridClock(0, lambda: next(at))
    versions = [clock.next_version() for _ in times_ms]
    assert all(a < b for a, b in itertools.pairwise(versions))


@given(TIMES, st.integers(min_value=0, max_value=1023), st.integers(min_value=0, max_value=2**62))
def test_a_version_is_above_every_one_observed(now_ms: int, worker: int, seen: int) -> None:
    clock = HybridClock(worker, lambda: now_ms)
    clock.observe(seen)
    assert clock.next_version() > seen


@given(TIMES, st.integers(min_value=0, max_value=1022), st.integers(min_value=1, max_value=50))
def test_two_workers_never_give_the_same_version(now_ms: int, worker: int, number: int) -> None:
    one, other = HybridClock(worker, lambda: now_ms), HybridClock(worker + 1, lambda: now_ms)
    versions = [clock.next_version() for clock in (one, other) for _ in range(number)]
    assert len(set(versions)) == len(versions)


@given(TIMES)
def test_a_version_fits_63_bits_and_tells_its_time(now_ms: int) -> None:
    version = HybridClock(1023, lambda: now_ms).next_version()
    assert 0 < version < 2**63
    assert version >> 21 == now_ms


def test_a_worker_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="1023"):
        HybridClock(1024, lambda: 0)
