"""The schedule is a pure function of personas, duration and seed."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from loadtests.arrivals import (
    Arrival,
    ArrivalProcess,
    ArrivalStream,
    arrivals,
    count_arrivals,
    offsets_ns,
    share_sizes,
    worker_share,
)

CONSTANT, POISSON = ArrivalProcess.CONSTANT, ArrivalProcess.POISSON

streams = st.lists(
    st.builds(
        ArrivalStream,
        persona=st.sampled_from(["ann", "bob", "cleo", "dora"]),
        process=st.sampled_from(ArrivalProcess),
        rate_per_s=st.floats(0.1, 500, allow_nan=False),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda stream: stream.persona,
)


@settings(deadline=None, max_examples=50)
@given(streams, st.floats(0.1, 5), st.integers(0, 2**32), st.integers(1, 5))
def test_workers_together_send_the_whole_stream_once(
    personas: list[ArrivalStream], duration_s: float, seed: int, workers: int
) -> None:
    whole = list(arrivals(personas, duration_s, seed))
    shares = [list(worker_share(arrivals(personas, duration_s, seed), k, workers)) for k in range(workers)]
    assert sorted((one for share in shares for one in share), key=lambda a: a.index) == whole
    assert [arrival.index for arrival in whole] == list(range(len(whole)))
    assert all(arrival.index % workers == k for k, share in enumerate(shares) for arrival in share)
    assert tuple(len(share) for share in shares) == share_sizes(
        count_arrivals(personas, duration_s, seed), workers
    )


@settings(deadline=None, max_examples=50)
@given(streams, st.floats(0.1, 5), st.integers(0, 2**32))
def test_arrivals_come_in_time_order_within_the_duration(
    personas: list[ArrivalStream], duration_s: float, seed: int
) -> None:
    offsets = [arrival.offset_ns for arrival in arrivals(personas, duration_s, seed)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset < duration_s * 1e9 for offset in offsets)


def test_the_same_seed_gives_the_same_stream_forever() -> None:
    stream = ArrivalStream("enterprise", POISSON, 10.0)
    assert list(islice(offsets_ns(stream, 10, seed=1), 3)) == GOLDEN
    assert list(islice(offsets_ns(stream, 10, seed=2), 3)) != GOLDEN


GOLDEN = [199449004, 262207851, 265061626]


def test_a_persona_keeps_its_instants_when_others_come_and_go() -> None:
    ann, bob = ArrivalStream("ann", POISSON, 50.0), ArrivalStream("bob", POISSON, 70.0)
    alone = [a.offset_ns for a in arrivals([ann], 5, 3)]
    beside = [a.offset_ns for a in arrivals([bob, ann], 5, 3) if a.persona == "ann"]
    assert alone == beside
    assert alone != [a.offset_ns for a in arrivals([ArrivalStream("eve", POISSON, 50.0)], 5, 3)]


def test_constant_gaps_are_exact_and_never_drift() -> None:
    assert list(offsets_ns(ArrivalStream("p", CONSTANT, 100.0), 0.05, 0)) == [
        0,
        10_000_000,
        20_000_000,
        30_000_000,
        40_000_000,
    ]
    # 300/s has no whole gap in nanoseconds: after an hour it must still be 300/s to the nanosecond.
    assert count_arrivals([ArrivalStream("p", CONSTANT, 300.0)], 3600, 0) == 1_080_000
    *_, last = offsets_ns(ArrivalStream("p", CONSTANT, 300.0), 3600, 0)
    assert last == 1_079_999 * 10**9 // 300


def test_equal_instants_keep_the_order_of_the_personas() -> None:
    both = [ArrivalStream("b", CONSTANT, 2.0), ArrivalStream("a", CONSTANT, 2.0)]
    assert list(arrivals(both, 0.6, 0)) == [
        Arrival(0, 0, "b"),
        Arrival(1, 0, "a"),
        Arrival(2, 500_000_000, "b", 1),
        Arrival(3, 500_000_000, "a", 1),
    ]


def test_a_persona_ends_after_the_arrivals_that_it_may_send_at_most() -> None:
    for process in (CONSTANT, POISSON):
        many = list(offsets_ns(ArrivalStream("p", process, 500.0), 10, 3))
        few = ArrivalStream("p", process, 500.0, 1500)
        assert list(offsets_ns(few, 10, 3)) == many[:1500]
        assert count_arrivals([few], 10, 3) == 1500
        assert count_arrivals([few], 1, 3) < 1500


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_poisson_gaps_are_exponential(workers: int) -> None:
    """The gaps of the whole stream are; those of one worker of n are sums of n of them: Erlang."""
    personas = [ArrivalStream("ann", POISSON, 150.0), ArrivalStream("bob", POISSON, 50.0)]
    for k in range(workers):
        offsets = [a.offset_ns for a in worker_share(arrivals(personas, 300, 7), k, workers)]
        gaps_s = np.diff(np.array(offsets)) / 1e9
        assert stats.kstest(gaps_s, stats.gamma(workers, scale=1 / 200).cdf).pvalue > 0.01


def test_the_poisson_rate_is_the_rate_that_was_asked_for() -> None:
    count = count_arrivals([ArrivalStream("p", POISSON, 200.0)], 1000, 11)
    assert abs(count - 200_000) < 4 * 200_000**0.5


def test_a_stream_is_drawn_only_as_it_is_asked_for() -> None:
    endless = arrivals([ArrivalStream("p", POISSON, 1000.0)], 10**9, 1)
    assert len(list(islice(endless, 10))) == 10
