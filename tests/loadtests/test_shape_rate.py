"""A shape's rate is placed on the same curves as a scenario's."""

import numpy as np
import pytest

from loadtests.arrivals import ArrivalProcess, ArrivalStream, offsets_ns
from loadtests.shape_rate import RateSegment, ShapeRate

WAVE = ShapeRate(
    (RateSegment(2, 0, 100), RateSegment(3, 100, 100), RateSegment(1, 0, 0), RateSegment(4, 50, 10))
)


def offsets_s(rate: ShapeRate, duration_s: float) -> list[float]:
    stream = ArrivalStream("p", ArrivalProcess.CONSTANT, rate.curve)
    return [offset_ns / 1e9 for offset_ns in offsets_ns(stream, duration_s, 1)]


def test_a_wave_has_its_rates() -> None:
    counts = np.histogram(offsets_s(WAVE, 10), bins=[0, 1, 2, 5, 6, 8, 10])[0].tolist()
    assert counts == pytest.approx([25, 75, 300, 0, 80, 40], abs=1)


def test_the_last_rate_holds() -> None:
    assert len(offsets_s(WAVE, 20)) == pytest.approx(520 + 10 * 10, abs=1)


def test_scaled_it_has_so_many_times_as_many() -> None:
    assert len(offsets_s(WAVE.scaled(0.5), 10)) == pytest.approx(260, abs=1)
    assert WAVE.scaled(0.5).peak_per_s == 50


def test_nothing_comes_of_no_rate() -> None:
    assert ShapeRate(()).peak_per_s == 0
    assert offsets_s(ShapeRate((RateSegment(5, 0, 0),)), 60) == []
