"""The schedule is a pure function of personas, duration and seed."""

import hashlib
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtests.arrivals import (
    Arrival,
    ArrivalProcess,
    ArrivalStream,
    Flat,
    arrivals,
    count_arrivals,
    offsets_ns,
    share_sizes,
    worker_share,
)
from loadtests.arrivals.process import instant_chunks
from tests.loadtests.arrivals.curves import ALL, HERD, SINE, curve, profiles

CONSTANT, POISSON = ArrivalProcess.CONSTANT, ArrivalProcess.POISSON

streams = st.lists(
    st.builds(
        ArrivalStream,
        persona=st.sampled_from(["ann", "bob", "cleo", "dora"]),
        process=st.sampled_from(ArrivalProcess),
        curve=st.one_of(st.floats(0.1, 500).map(Flat), profiles.map(lambda written: curve(**written))),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda stream: stream.persona,
)


@settings(max_examples=100)
@given(streams, st.floats(0.1, 5), st.integers(0, 2**32), st.integers(1, 5))
def test_workers_together_send_the_whole_stream_once(
    personas: list[ArrivalStream], duration_s: float, seed: int, workers: int
) -> None:
    whole = list(arrivals(personas, duration_s, seed))
    shares = [list(worker_share(personas, duration_s, seed, k, workers)) for k in range(workers)]
    assert sorted((one for share in shares for one in share), key=lambda a: a.index) == whole
    assert [arrival.index for arrival in whole] == list(range(len(whole)))
    assert all(arrival.index % workers == k for k, share in enumerate(shares) for arrival in share)
    assert tuple(len(share) for share in shares) == share_sizes(
        count_arrivals(personas, duration_s, seed), workers
    )


@settings(max_examples=100)
@given(streams, st.floats(0.1, 5), st.integers(0, 2**32))
def test_arrivals_come_in_time_order_within_the_duration(
    personas: list[ArrivalStream], duration_s: float, seed: int
) -> None:
    offsets = [arrival.offset_ns for arrival in arrivals(personas, duration_s, seed)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset < duration_s * 1e9 for offset in offsets)


@settings(max_examples=50)
@given(streams, st.floats(0.1, 5), st.integers(0, 2**32))
def test_every_persona_keeps_its_instants_when_others_come_and_go(
    personas: list[ArrivalStream], duration_s: float, seed: int
) -> None:
    together = list(arrivals(personas, duration_s, seed))
    for one in personas:
        alone = list(offsets_ns(one, duration_s, seed))
        assert [a.offset_ns for a in together if a.persona == one.persona] == alone


def test_personas_of_one_rate_do_not_move_in_step() -> None:
    ann, eve = (list(offsets_ns(ArrivalStream(name, POISSON, Flat(50.0)), 5, 3)) for name in ("ann", "eve"))
    assert ann != eve


@pytest.mark.parametrize(
    ("process", "rate_per_s", "last_ns", "sha256"),
    [
        (CONSTANT, 0.37, 27024324324324, "ddcad2056a7eafc7"),
        (CONSTANT, 45.7, 218796498905, "5e8d2e910c95aa59"),
        (CONSTANT, 300.0, 33330000000, "e4c5121699fda9bf"),
        (POISSON, 0.37, 27211556159256, "b30182fa9194f437"),
        (POISSON, 45.7, 220312380273, "90d20c8f51debe23"),
        (POISSON, 300.0, 33560919302, "472de95cae667d53"),
        (POISSON, 5000.0, 2013655142, "9b7edcd68c430b3f"),
    ],
)
def test_the_same_seed_gives_the_same_instants_forever(
    process: ArrivalProcess, rate_per_s: float, last_ns: int, sha256: str
) -> None:
    stream = ArrivalStream("ann", process, Flat(rate_per_s))
    instants = np.fromiter(islice(offsets_ns(stream, 10**7, seed=7), 10_000), dtype="<i8")
    assert instants[-1] == last_ns
    assert hashlib.sha256(instants.tobytes()).hexdigest()[:16] == sha256
    if process is POISSON:
        assert list(islice(offsets_ns(stream, 10**7, seed=8), 10)) != instants[:10].tolist()


def test_the_same_seed_gives_the_same_schedule_forever() -> None:
    personas = [
        ArrivalStream("enterprise", POISSON, Flat(152.0)),
        ArrivalStream("standard", POISSON, Flat(45.6)),
        ArrivalStream("free", CONSTANT, Flat(8.0)),
    ]
    digest = hashlib.sha256()
    for one in arrivals(personas, 120, 1):
        digest.update(f"{one.index} {one.offset_ns} {one.persona}\n".encode())
    assert digest.hexdigest()[:16] == "6c10d34eaa3d692b"


def test_constant_gaps_are_exact_and_never_drift() -> None:
    assert list(offsets_ns(ArrivalStream("p", CONSTANT, Flat(100.0)), 0.05, 0)) == [
        0,
        10_000_000,
        20_000_000,
        30_000_000,
        40_000_000,
    ]
    # 300/s has no whole gap in nanoseconds: after an hour it must still be 300/s to the nanosecond.
    hour = ArrivalStream("p", CONSTANT, Flat(300.0))
    assert count_arrivals([hour], 3600, 0) == 1_080_000
    *_, last = offsets_ns(hour, 3600, 0)
    assert last == 1_079_999 * 10**9 // 300


@pytest.mark.parametrize("process", ArrivalProcess)
@pytest.mark.parametrize("rate_per_s", [1e-7, 1e-8, 1e-30, 1e-300])
def test_a_rate_of_nearly_nothing_sends_no_more_than_its_first_one(
    process: ArrivalProcess, rate_per_s: float
) -> None:
    rare = ArrivalStream("rare", process, Flat(rate_per_s))
    first = [0] if process is CONSTANT else []
    assert list(offsets_ns(rare, 3600, 7)) == first


def test_equal_instants_keep_the_order_of_the_personas() -> None:
    both = [ArrivalStream("b", CONSTANT, Flat(2.0)), ArrivalStream("a", CONSTANT, Flat(2.0))]
    assert list(arrivals(both, 0.6, 0)) == [
        Arrival(0, 0, "b"),
        Arrival(1, 0, "a"),
        Arrival(2, 500_000_000, "b", 1),
        Arrival(3, 500_000_000, "a", 1),
    ]


def test_more_equal_instants_than_are_drawn_at_a_time_keep_that_order_too() -> None:
    herds = [
        ArrivalStream(name, CONSTANT, curve(**{**HERD, "size": 5000, "base_per_s": 0})) for name in ("b", "a")
    ]
    first = list(islice(arrivals(herds, 60, 0), 10_000))
    assert [one.persona for one in first] == ["b"] * 5000 + ["a"] * 5000
    assert {one.offset_ns for one in first} == {0}


@pytest.mark.parametrize("process", ArrivalProcess)
@pytest.mark.parametrize("name", ALL)
def test_a_stream_does_not_depend_on_how_much_is_drawn_at_a_time(name: str, process: ArrivalProcess) -> None:
    def drawn(chunk: int) -> list[int]:
        chunks = instant_chunks(process, ALL[name], np.random.default_rng(1), chunk)
        return [instant for one in islice(chunks, 600 // chunk) for instant in one.tolist()]

    assert drawn(1) == drawn(6) == drawn(600)


def test_a_stream_is_drawn_only_as_it_is_asked_for() -> None:
    months = [
        ArrivalStream("ann", POISSON, Flat(1000.0)),
        ArrivalStream("bob", POISSON, curve(**SINE)),
        ArrivalStream("cleo", CONSTANT, curve(**HERD)),
    ]
    assert len(list(islice(arrivals(months, 10**7, 1), 10))) == 10
