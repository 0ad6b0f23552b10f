"""A Locust shape is read before anything is sent: its users are arrivals per second."""

import math
import random
from typing import Any

import pytest

from loadtests.shape_plan import EndlessShape, ImpossibleTick, class_curves, ramped_curve, tick_through
from loadtests.shape_rate import RateSegment, ShapeRate


class Shape:
    """As LoadTestShape, without Locust."""

    def __init__(self, told: Any) -> None:
        self._told = told

    def get_run_time(self) -> float:
        raise AssertionError("the true time decides nothing")

    def tick(self) -> Any:
        return self._told(self)


class Shopper:
    pass


class Browser:
    pass


def stages(shape: Shape) -> Any:
    run_time_s = shape.get_run_time()
    for until_s, users, spawn_rate in ((3, 10, 10), (8, 40, 10), (10, 4, 100)):
        if run_time_s < until_s:
            return users, spawn_rate
    return None


def whole(shape: Any) -> ShapeRate:
    return class_curves(tick_through(shape, seed=1, until_s=None), {"Shopper": 1})["Shopper"]


def test_stages_become_a_curve_with_ramps() -> None:
    curve = whole(Shape(stages))
    assert curve.segments == (
        RateSegment(3, 10, 10),
        *(RateSegment(1, 10, 20), RateSegment(1, 20, 30), RateSegment(1, 30, 40)),
        RateSegment(2, 40, 40),
        RateSegment(2, 4, 4),
    )


def test_a_ramp_that_does_not_divide_ends_within_a_second() -> None:
    curve = whole(Shape(lambda shape: (25, 10) if shape.get_run_time() < 4 else None))
    assert curve.segments == (
        *(RateSegment(1, 0, 10), RateSegment(1, 10, 20)),
        RateSegment(0.5, 20, 25),
        RateSegment(1.5, 25, 25),
    )


def test_the_true_time_comes_back_and_chance_too() -> None:
    shape = Shape(lambda shape: (random.randint(1, 99), 99) if shape.get_run_time() < 50 else None)  # noqa: S311
    state = random.getstate()
    ticks = tick_through(shape, seed=3, until_s=None)
    assert random.getstate() == state
    assert ticks == tick_through(shape, seed=3, until_s=None)
    assert ticks != tick_through(shape, seed=4, until_s=None)
    with pytest.raises(AssertionError, match="true time"):
        shape.get_run_time()


def test_a_shape_may_ask_how_many_users_there_are() -> None:
    def doubling(shape: Any) -> Any:
        return (shape.get_current_user_count() * 2 or 1, 99) if shape.get_run_time() < 4 else None

    assert [tick.rate_per_s for tick in tick_through(Shape(doubling), seed=1, until_s=None)] == [1, 2, 4, 8]


def test_classes_share_by_weight_and_by_tick() -> None:
    def told(shape: Shape) -> Any:
        run_time_s = shape.get_run_time()
        return (30, 99, [Browser] if run_time_s < 2 else None) if run_time_s < 4 else None

    curves = class_curves(tick_through(Shape(told), seed=1, until_s=None), {"Shopper": 2, "Browser": 1})
    assert curves["Browser"].segments == (RateSegment(2, 30, 30), RateSegment(2, 10, 10))
    assert curves["Shopper"].segments == (RateSegment(2, 0, 0), RateSegment(2, 20, 20))


def test_a_shape_without_an_end_needs_a_run_time() -> None:
    def for_ever(_: Shape) -> Any:
        return 5, 5

    with pytest.raises(EndlessShape, match="get_run_time"):
        tick_through(Shape(for_ever), seed=1, until_s=None)
    assert len(tick_through(Shape(for_ever), seed=1, until_s=90)) == 90


@pytest.mark.parametrize("told", [(-5, 1), (math.nan, 1), (math.inf, 1), (5, 0), (5, -1), (5, math.nan)])
def test_a_shape_cannot_ask_for_less_than_nothing(told: tuple[float, float]) -> None:
    with pytest.raises(ImpossibleTick, match=f"at 0 s: {told[0]} users, spawn rate {told[1]}: must be"):
        tick_through(Shape(lambda _: told), seed=1, until_s=90)


def test_users_and_spawn_rate_are_a_rate_and_its_ramp() -> None:
    assert ramped_curve(100, 20).segments == (RateSegment(5, 0, 100), RateSegment(1, 100, 100))
    assert ramped_curve(100, 100).segments == (RateSegment(1, 100, 100),)
    assert ramped_curve(100, 20).last_per_s == 100
