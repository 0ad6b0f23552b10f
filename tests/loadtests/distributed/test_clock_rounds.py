"""What a clock reading promises: the truth is within its residual, whatever the network did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.generator.distributed.clock_rounds import ClockRound, read_clock

MS = 1_000_000
delays_ns = st.integers(0, 500 * MS)
journeys = st.lists(st.tuples(delays_ns, delays_ns, delays_ns), min_size=1, max_size=24)


def rounds_of(offset_ns: int, legs: list[tuple[int, int, int]]) -> list[ClockRound]:
    """Rounds in which the way there, the master's work and the way back took so long."""
    asked_ns, rounds = 10**18, []
    for there_ns, work_ns, back_ns in legs:
        received_ns = asked_ns + offset_ns + there_ns
        told_ns = received_ns + work_ns
        rounds.append(ClockRound(asked_ns, received_ns, told_ns, told_ns - offset_ns + back_ns))
        asked_ns = rounds[-1].heard_ns + MS
    return rounds


@given(st.integers(-(10**13), 10**13), journeys)
def test_the_true_offset_is_within_the_residual(offset_ns: int, legs: list[tuple[int, int, int]]) -> None:
    reading = read_clock(rounds_of(offset_ns, legs))
    assert abs(reading.offset_ns - offset_ns) <= reading.residual_ns + 1
    assert reading.residual_ns <= min(there + back for there, _, back in legs) // 2 + 1


def test_the_quickest_round_is_believed() -> None:
    rounds = rounds_of(3_000 * MS, [(90 * MS, 5, 10 * MS), (MS, 5, MS), (50 * MS, 5, 0)])
    reading = read_clock(rounds)
    assert reading.offset_ns == 3_000 * MS
    assert reading.residual_ns == MS
    assert reading.at_ns == rounds[1].told_ns


def test_no_round_says_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        read_clock([])
