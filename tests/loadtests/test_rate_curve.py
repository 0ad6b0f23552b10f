"""Arrivals follow a curve: as many in each stretch as its rate says, evenly or at random as asked."""

from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from loadtests.arrivals import ArrivalProcess
from loadtests.rate_curve import RateCurve, RateSegment, curve_offsets_ns

S = 1_000_000_000
WAVE = RateCurve(
    (RateSegment(2, 0, 100), RateSegment(3, 100, 100), RateSegment(1, 0, 0), RateSegment(4, 50, 10))
)
rates = st.floats(0, 500)
curves = st.lists(st.builds(RateSegment, st.floats(0.5, 5), rates, rates), min_size=1, max_size=6).map(
    lambda segments: RateCurve(tuple(segments))
)


def offsets(
    curve: RateCurve, process: ArrivalProcess, duration_s: float | None, seed: int = 1
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array(
        list(curve_offsets_ns(curve, process, "p", duration_s=duration_s, seed=seed)), dtype=np.int64
    )


@given(curves, st.sampled_from(ArrivalProcess))
def test_instants_are_in_order_and_within_the_duration(curve: RateCurve, process: ArrivalProcess) -> None:
    duration_s = sum(one.duration_s for one in curve.segments)
    instants = offsets(curve, process, duration_s)
    assert (np.diff(instants) >= 0).all()
    assert not len(instants) or 0 <= instants[0] <= instants[-1] < duration_s * S


@given(curves)
def test_an_even_spread_has_what_the_area_says_at_every_instant(curve: RateCurve) -> None:
    duration_s = sum(one.duration_s for one in curve.segments)
    instants = offsets(curve, ArrivalProcess.CONSTANT, duration_s)
    for at_s in np.linspace(0, duration_s, 17):
        come = int(np.searchsorted(instants, round(at_s * S)))
        assert abs(come - curve.expected_arrivals(float(at_s))) <= 1 + 1e-3


def test_a_wave_has_its_rates() -> None:
    instants = offsets(WAVE, ArrivalProcess.CONSTANT, 10) / S
    counts = np.histogram(instants, bins=[0, 1, 2, 5, 6, 8, 10])[0].tolist()
    assert counts == pytest.approx([25, 75, 300, 0, 80, 40], abs=1)


def test_poisson_arrivals_of_a_curve_are_poisson_in_its_own_time() -> None:
    """Stretched back to one arrival a second, the gaps are exponential."""
    curve = RateCurve((RateSegment(30, 10, 200), RateSegment(30, 200, 20)))
    instants = offsets(curve, ArrivalProcess.POISSON, 60) / S
    expected = [curve.expected_arrivals(float(at_s)) for at_s in instants]
    gaps = np.diff(expected)
    assert len(gaps) == pytest.approx(curve.expected_arrivals(60), rel=0.1)
    assert stats.kstest(gaps, "expon").pvalue > 0.01


def test_a_steady_curve_is_a_steady_rate_and_goes_on_for_ever() -> None:
    endless = curve_offsets_ns(
        RateCurve((RateSegment(1, 100, 100),)), ArrivalProcess.CONSTANT, "p", duration_s=None, seed=1
    )
    first = list(islice(endless, 5_000))
    assert all(after - before == pytest.approx(S / 100, abs=2) for before, after in pairwise(first))


def test_a_curve_that_goes_to_nothing_ends() -> None:
    curve = RateCurve((RateSegment(2, 10, 10), RateSegment(1, 0, 0)))
    assert len(offsets(curve, ArrivalProcess.CONSTANT, None)) == 20
    assert not len(offsets(RateCurve((RateSegment(5, 0, 0),)), ArrivalProcess.CONSTANT, 5))


def test_the_same_seed_gives_the_same_and_a_name_is_a_stream_of_its_own() -> None:
    def drawn(name: str, seed: int) -> list[int]:
        return list(curve_offsets_ns(WAVE, ArrivalProcess.POISSON, name, duration_s=10, seed=seed))

    assert drawn("a", 1) == drawn("a", 1)
    assert drawn("a", 1) != drawn("a", 2)
    assert drawn("a", 1) != drawn("b", 1)
