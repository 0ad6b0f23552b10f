"""The search for the highest rate, against targets whose capacity is known."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormproof.capacity.search import (
    MOST_PROBES,
    Bounds,
    Ended,
    Next,
    Probed,
    ProbeOutcome,
    bounds_of,
    next_probe,
)


def search(
    capacity_per_s: float, first_per_s: float, generator_per_s: float = 1e9
) -> tuple[list[Probed], Ended]:
    """A target that holds up to its capacity, and no further."""
    probes: list[Probed] = []
    while (step := next_probe(probes, first_per_s)).rate_per_s is not None:
        rate = step.rate_per_s
        holds = ProbeOutcome.HOLDS if rate <= capacity_per_s else ProbeOutcome.FAILS
        probes.append(Probed(rate, holds if rate <= generator_per_s else ProbeOutcome.GENERATOR))
    assert step.ended is not None
    return probes, step.ended


@given(
    first=st.floats(10, 1000),
    times=st.floats(0.03, 100),
)
def test_a_capacity_within_a_hundred_times_the_first_guess_is_found_to_5_percent(
    first: float, times: float
) -> None:
    capacity = max(first * times, 2.0)
    probes, ended = search(capacity, first)
    assert len(probes) <= MOST_PROBES
    assert ended in {Ended.FOUND, Ended.NOT_CONFIRMED}
    assert bounds_of(probes).estimate_per_s == pytest.approx(capacity, rel=0.05)


def test_both_bounds_are_seen_twice_where_probes_are_left() -> None:
    probes, ended = search(300.0, 100.0)
    bounds = bounds_of(probes)
    assert ended is Ended.FOUND
    assert sum(probe.rate_per_s == bounds.holds_per_s for probe in probes) == 2
    assert sum(probe.rate_per_s == bounds.fails_per_s for probe in probes) == 2


def test_a_bound_that_does_not_hold_twice_is_no_bound() -> None:
    probes = [
        Probed(100, ProbeOutcome.HOLDS),
        Probed(105, ProbeOutcome.FAILS),
        Probed(100, ProbeOutcome.FAILS),
    ]
    assert bounds_of(probes) == Bounds(0.0, 100)
    assert next_probe(probes, 100).rate_per_s == 100
    assert next_probe([*probes, Probed(100, ProbeOutcome.FAILS)], 100).rate_per_s == pytest.approx(25)


def test_a_rate_that_held_as_often_as_it_failed_is_asked_again_before_the_search_ends() -> None:
    probes = [
        *(Probed(100, ProbeOutcome.HOLDS), Probed(105, ProbeOutcome.FAILS)),
        *(Probed(100, ProbeOutcome.HOLDS), Probed(105, ProbeOutcome.HOLDS)),
    ]
    assert next_probe(probes, 100).rate_per_s == 105
    assert next_probe([*probes, Probed(105, ProbeOutcome.FAILS)], 100) == Next(ended=Ended.FOUND)
    held = [*probes, Probed(105, ProbeOutcome.HOLDS)]
    assert next_probe(held, 100).rate_per_s == pytest.approx(105 * 1.21)
    assert next_probe(probes, 100, most_probes=4) == Next(ended=Ended.NOT_CONFIRMED)


def test_near_the_knee_luck_decides_few_searches() -> None:
    """A knee that is 10% wide: within it a probe holds by chance."""
    estimates = []
    for seed in range(200):
        draw = random.Random(seed)  # noqa: S311 -- noise of a made-up target
        probes: list[Probed] = []
        while (rate := next_probe(probes, 100.0).rate_per_s) is not None:
            held = draw.random() < (1050 - rate) / 100
            probes.append(Probed(rate, ProbeOutcome.HOLDS if held else ProbeOutcome.FAILS))
        assert len(probes) <= MOST_PROBES
        estimates.append(bounds_of(probes).estimate_per_s)
    near = [estimate for estimate in estimates if 0.9 <= estimate / 1000 <= 1.1]
    assert len(near) >= 190


def test_a_generator_that_is_too_slow_gives_a_lower_bound_only() -> None:
    probes, ended = search(1e9, 100.0, generator_per_s=3000)
    bounds = bounds_of(probes)
    assert ended is Ended.GENERATOR
    assert 2700 < bounds.holds_per_s <= 3000
    assert bounds.fails_per_s == float("inf")


def test_a_target_that_holds_nothing_ends_the_search() -> None:
    probes, ended = search(0.1, 100.0)
    assert ended is Ended.NOTHING_HELD
    assert len(probes) < MOST_PROBES


def test_what_is_not_proven_does_not_hold() -> None:
    probes = [Probed(100, ProbeOutcome.HOLDS), Probed(200, ProbeOutcome.UNSURE)]
    assert bounds_of(probes) == Bounds(100, 200)


def test_the_first_probe_is_the_first_guess() -> None:
    assert next_probe([], 123.0).rate_per_s == 123.0


def test_a_generator_that_was_held_up_once_is_asked_again() -> None:
    probes = [Probed(100, ProbeOutcome.HOLDS), Probed(200, ProbeOutcome.GENERATOR)]
    assert next_probe(probes, 100).rate_per_s == 200
    assert next_probe([*probes, Probed(200, ProbeOutcome.HOLDS)], 100) == Next(800)
    assert next_probe([*probes, Probed(200, ProbeOutcome.GENERATOR)], 100).rate_per_s == pytest.approx(
        141, 0.01
    )


def test_a_machine_that_holds_up_every_fourth_probe_hides_no_capacity() -> None:
    probes: list[Probed] = []
    while (rate := next_probe(probes, 100.0, most_probes=20).rate_per_s) is not None:
        held = ProbeOutcome.HOLDS if rate <= 700 else ProbeOutcome.FAILS
        probes.append(Probed(rate, ProbeOutcome.GENERATOR if len(probes) % 4 == 0 else held))
    assert bounds_of(probes).estimate_per_s == pytest.approx(700, rel=0.05)
