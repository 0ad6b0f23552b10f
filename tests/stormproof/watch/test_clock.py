"""A clock that is set, by hands passed in."""

import pytest

from stormproof.watch.clock import ClockGuard

S = 1_000_000_000


def test_a_clock_that_is_corrected_by_and_by_was_not_set() -> None:
    wall, monotonic = [1_000 * S], [5 * S]
    guard = ClockGuard(lambda: wall[0], lambda: monotonic[0])
    monotonic[0] += 86_400 * S
    wall[0] += 86_400 * S + S // 2
    assert not guard.was_set()


@pytest.mark.parametrize("step_s", [-3_600, -2, 2, 8 * 3_600])
def test_a_step_either_way_and_a_sleep_are_seen(step_s: int) -> None:
    wall, monotonic = [1_000_000 * S], [5 * S]
    guard = ClockGuard(lambda: wall[0], lambda: monotonic[0])
    monotonic[0] += 60 * S
    wall[0] += (60 + step_s) * S
    assert guard.was_set()
