"""Every curve: its integral, the integral's inverse, its busiest window."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtests.arrivals import ArrivalProcess, ArrivalStream, Flat, count_arrivals, offsets_ns
from loadtests.arrivals.curve import RateCurve
from loadtests.arrivals.most_expected import most_expected
from tests.loadtests.arrivals.curves import (
    ALL,
    BURSTS,
    HERD,
    RAMP,
    SINE,
    SMOOTH,
    SPIKE,
    STEPS,
    Written,
    curve,
    profiles,
)

CONSTANT, POISSON = ArrivalProcess.CONSTANT, ArrivalProcess.POISSON
LONG_S = 90 * 86_400.0


def expected(rate: RateCurve, at_s: float) -> float:
    return float(rate.expected(np.array([at_s]))[0])


def constant_s(rate: RateCurve, until_s: float) -> list[float]:
    return [at_ns / 1e9 for at_ns in offsets_ns(ArrivalStream("p", CONSTANT, rate), until_s, 0)]


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("around_s", [0.0, LONG_S])
def test_the_inverse_of_the_integral_undoes_it_to_well_under_a_microsecond(
    name: str, around_s: float
) -> None:
    rate = SMOOTH[name]
    counts = expected(rate, around_s) + np.sort(np.random.default_rng(1).uniform(0, 1e4, 20_000))
    instants_s = rate.instants_s(counts)
    assert (np.diff(instants_s) >= 0).all()
    # Where the rate is r, a count that is off by r * 1e-7 is an instant that is off by 1e-7 s.
    rates = (rate.expected(instants_s + 1e-3) - rate.expected(np.maximum(instants_s - 1e-3, 0))) / 2e-3
    # A count of a billion has no more digits than that itself.
    assert (np.abs(rate.expected(instants_s) - counts) < np.maximum(rates * 1e-7, 1e-6)).all()


FAR_S = 1e9
"""Thirty years: beyond that a microsecond is less than the distance of two numbers."""


@settings(max_examples=200)
@given(profiles, st.floats(0, 60), st.integers(0, 2000))
def test_no_more_than_the_count_is_expected_before_its_instant_and_more_after_it(
    written: Written, at_s: float, count: int
) -> None:
    rate = curve(**written)
    (instant_s,) = rate.instants_s(np.array([float(count)]))
    if instant_s < FAR_S:
        assert expected(rate, max(float(instant_s) - 1e-6, 0.0)) <= count + 1e-6
        assert expected(rate, float(instant_s) + 1e-6) >= count - 1e-6
    else:
        assert expected(rate, 1e6) <= count + 1e-6
    assert expected(rate, at_s) <= expected(rate, at_s + 0.5) + 1e-9


@settings(max_examples=200)
@given(profiles, st.floats(0.5, 40))
def test_constant_arrivals_are_as_many_as_are_expected(written: Written, duration_s: float) -> None:
    rate = curve(**written)
    count = count_arrivals([ArrivalStream("p", CONSTANT, rate)], duration_s, 0)
    assert abs(count - expected(rate, duration_s)) <= 1 + 1e-6


@settings(max_examples=200)
@given(profiles, st.floats(0.5, 40), st.integers(0, 2**32))
def test_poisson_arrivals_are_as_many_as_chance_allows(
    written: Written, duration_s: float, seed: int
) -> None:
    rate = curve(**written)
    count = count_arrivals([ArrivalStream("p", POISSON, rate)], duration_s, seed)
    mean = expected(rate, duration_s)
    # Six standard deviations, and a few more where a Poisson distribution is skewed.
    assert abs(count - mean) <= 6 * mean**0.5 + 6


def test_a_ramp_follows_its_parabola() -> None:
    # 0 to 200/s in 10 s: t seconds bring 10 * t**2, and then 200 come each second.
    at_s = constant_s(curve(kind="ramp", from_per_s=0, to_per_s=200, over_s=10), 12)
    assert at_s[:1000] == pytest.approx([(n / 10) ** 0.5 for n in range(1000)], abs=1e-9)
    assert at_s[1000:] == pytest.approx([10 + n / 200 for n in range(400)], abs=1e-9)


def test_a_ramp_may_end_in_silence() -> None:
    at_s = constant_s(curve(kind="ramp", from_per_s=20, to_per_s=0, over_s=10), 1e6)
    assert at_s == pytest.approx([10 - (100 - n) ** 0.5 for n in range(100)], abs=1e-7)


def test_steps_keep_silence_where_they_say_so_and_then_the_last_rate() -> None:
    steps = [{"rate_per_s": rate, "for_s": 0.3} for rate in (10, 0, 20)]
    at_s = constant_s(curve(kind="steps", steps=steps), 1)
    assert at_s == pytest.approx([0, 0.1, 0.2, *(0.6 + n * 0.05 for n in range(8))], abs=1e-9)


def test_a_spike_rises_holds_and_falls() -> None:
    rate = curve(**SPIKE)
    bounds_s = (0, 15, 17, 22, 30, 40)
    assert [expected(rate, b) - expected(rate, a) for a, b in pairwise(bounds_s)] == (
        pytest.approx([15 * 40, 2 * 470, 5 * 900, 8 * 470, 10 * 40])
    )


def test_a_spike_may_rise_and_fall_at_once() -> None:
    rate = curve(**{**SPIKE, "rise_s": 0, "fall_s": 0, "base_per_s": 0})
    assert constant_s(rate, 60) == pytest.approx([15 + n / 900 for n in range(4500)], abs=1e-9)


def test_a_sine_brings_its_mean_in_each_period_and_most_of_it_around_its_crest() -> None:
    rate = curve(kind="sine", mean_per_s=100, amplitude_per_s=80, period_s=60, phase_s=0)
    assert expected(rate, 60) == pytest.approx(6000)
    assert expected(rate, 30) == pytest.approx(3000 + 2 * 80 * 30 / np.pi)


def test_a_phase_of_three_quarters_begins_at_the_trough() -> None:
    rate = curve(kind="sine", mean_per_s=100, amplitude_per_s=100, period_s=60, phase_s=45)
    assert expected(rate, 1) < 1
    assert expected(rate, 31) - expected(rate, 30) > 199


def test_a_day_can_pass_in_an_hour() -> None:
    day = curve(kind="sine", mean_per_s=100, amplitude_per_s=80, period_s=86_400, phase_s=64_800, speed=24)
    hour = curve(kind="sine", mean_per_s=100, amplitude_per_s=80, period_s=3600, phase_s=2700)
    assert constant_s(day, 60) == constant_s(hour, 60)


def test_bursts_come_at_the_start_and_then_again_and_again() -> None:
    herd = constant_s(curve(kind="bursts", every_s=2.5, size=3), 6)
    assert herd == [0, 0, 0, 2.5, 2.5, 2.5, 5, 5, 5]
    spread = constant_s(curve(kind="bursts", every_s=2.5, size=5, within_s=0.5), 3)
    assert spread == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 2.5, 2.6, 2.7, 2.8, 2.9], abs=1e-9)


def test_bursts_stand_above_a_rate_that_holds() -> None:
    rate = curve(**HERD)
    assert [expected(rate, at_s) for at_s in (0, 0.001, 10, 10.001)] == pytest.approx(
        [0, 500.03, 800, 1300.03]
    )
    assert expected(curve(**BURSTS), 2) == pytest.approx(560)


def test_rates_per_tenant_and_minute_follow_the_number_of_tenants() -> None:
    of_tenants = curve(12, kind="ramp", from_per_tenant_per_min=10, to_per_tenant_per_min=100, over_s=60)
    assert constant_s(of_tenants, 60) == constant_s(
        curve(kind="ramp", from_per_s=2, to_per_s=20, over_s=60), 60
    )


@settings(max_examples=200)
@given(profiles, st.floats(0.1, 30), st.floats(0, 60))
def test_no_window_brings_more_than_the_busiest(written: Written, window_s: float, more_s: float) -> None:
    rate = curve(**written)
    # A hair longer: rounded, the window tried below may have both an instant and that a period later.
    most = rate.most_expected(window_s + 1e-6, window_s + more_s + 1e-6)
    starts_s = np.linspace(0, more_s, 5001)
    tried = float((rate.expected(starts_s + window_s) - rate.expected(starts_s)).max())
    assert tried <= most * (1 + 1e-9) + 1e-6


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("window_s", "until_s"), [(1.0, 60.0), (10.0, 60.0), (25.0, 60.0), (60.0, 60.0)])
def test_the_busiest_window_is_one_of_them(name: str, window_s: float, until_s: float) -> None:
    rate = ALL[name]
    starts_s = np.linspace(0, until_s - window_s, 60_001)
    tried = float((rate.expected(starts_s + window_s) - rate.expected(starts_s)).max())
    # A window that closes just after an instant at which many come has them all: between two of those tried.
    assert tried == pytest.approx(rate.most_expected(window_s, until_s), rel=2e-3, abs=0.1)


def test_what_rises_while_the_other_falls_counts_as_what_both_are_together() -> None:
    up = curve(kind="ramp", from_per_s=5, to_per_s=95, over_s=60)
    down = curve(kind="ramp", from_per_s=95, to_per_s=5, over_s=60)
    assert most_expected([(1.0, up), (1.0, down)], 10, 60) == pytest.approx(1000)
    assert most_expected([(1.0, up), (0.5, Flat(20.0))], 60, 60) == pytest.approx(3000 + 600)


def test_the_busiest_windows_of_what_swings_are_taken_to_meet() -> None:
    sine, bursts = curve(**SINE), curve(**BURSTS)
    assert most_expected([(1.0, sine), (2.0, bursts)], 10, 600) == pytest.approx(
        sine.most_expected(10, 600) + 2 * bursts.most_expected(10, 600)
    )


def test_the_written_profiles_of_these_tests_are_all_there_are() -> None:
    kinds = {written["kind"] for written in (RAMP, STEPS, SPIKE, SINE, BURSTS)} | {"replay"}
    with pytest.raises(ValueError, match="kind") as raised:
        curve(kind="surprise")
    assert all(f"'{kind}'" in str(raised.value) for kind in kinds)
    assert str(raised.value).count("', '") == len(kinds) - 1
