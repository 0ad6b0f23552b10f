"""A LoadTestShape of Locust's as a rate: ticked through in virtual time, before anything is sent."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loadtests.shape_rate import RateSegment, ShapeRate

TICK_S = 1.0
"""Locust asks a shape once a second."""
LONGEST_S = 86_400.0
"""A shape that nobody ends, and that is not at its end after a day, has none."""


class EndlessShape(ValueError):  # noqa: N818 -- said of a shape
    """A shape does not come to an end, or does not tell time as shapes do."""


class ImpossibleTick(ValueError):  # noqa: N818 -- the same
    """A shape asks for what there cannot be."""


@dataclass(frozen=True, slots=True)
class Tick:
    """What a shape says of the second that follows."""

    rate_per_s: float
    """Its number of users, read as arrivals per second."""
    change_per_s: float
    """Its spawn rate: how fast the rate goes there, per second."""
    classes: tuple[str, ...] | None
    """Names of the user classes that share it; None for all."""


def tick_through(shape: Any, *, seed: int, until_s: float | None) -> tuple[Tick, ...]:
    """All ticks of `shape`, a LoadTestShape, up to its end or to `until_s`. Raises EndlessShape,
    ImpossibleTick.

    Within it self.get_run_time() is virtual and the random module is seeded, so that the same shape and seed
    give the same ticks.
    """
    elapsed_s, users = 0.0, 0
    state = random.getstate()
    shape.get_run_time = lambda: elapsed_s
    shape.get_current_user_count = lambda: users
    ticks: list[Tick] = []
    try:
        random.seed(seed)
        while until_s is None or elapsed_s < until_s:
            told = shape.tick()
            if told is None:
                return tuple(ticks)
            if elapsed_s >= LONGEST_S:
                raise EndlessShape(
                    f"{type(shape).__name__} does not end within a day: it must tell time by "
                    "self.get_run_time(), or --run-time must say how long it goes on"
                )
            users = told[0]
            ticks.append(_tick(told, elapsed_s))
            elapsed_s += TICK_S
    finally:
        random.setstate(state)
        del shape.get_run_time, shape.get_current_user_count
    return tuple(ticks)


def class_curves(ticks: Sequence[Tick], weights: Mapping[str, float]) -> Mapping[str, ShapeRate]:
    """The rate of each user class, whose shares are as their weights."""
    segments: dict[str, list[RateSegment]] = {name: [] for name in weights}
    for tick, pieces in _walked(ticks):
        sharing = {
            name: weight for name, weight in weights.items() if not tick.classes or name in tick.classes
        }
        total = sum(sharing.values())
        for name, own in segments.items():
            share = sharing.get(name, 0.0) / total if total else 0.0
            own.extend(
                RateSegment(piece.duration_s, piece.from_per_s * share, piece.to_per_s * share)
                for piece in pieces
            )
    return {name: ShapeRate(_merged(own)) for name, own in segments.items()}


def ramped_curve(rate_per_s: float, change_per_s: float) -> ShapeRate:
    """What `-u` and `-r` stand for: from nothing to the rate, by so much each second, and on."""
    steady = RateSegment(TICK_S, rate_per_s, rate_per_s)
    if change_per_s * TICK_S >= rate_per_s:
        return ShapeRate((steady,))
    return ShapeRate((RateSegment(rate_per_s / change_per_s, 0.0, rate_per_s), steady))


def _tick(told: Sequence[Any], at_s: float) -> Tick:
    if not 0 <= told[0] < math.inf or not 0 < told[1] < math.inf:
        raise ImpossibleTick(
            f"at {at_s:g} s: {told[0]} users, spawn rate {told[1]}: must be users of 0 or more and a spawn "
            "rate above 0"
        )
    classes = told[2] if len(told) > 2 else None
    names = None if classes is None else tuple(one.__name__ for one in classes)
    return Tick(float(told[0]), float(told[1]), names)


def _walked(ticks: Sequence[Tick]) -> Iterator[tuple[Tick, list[RateSegment]]]:
    rate_per_s, target, gradual = 0.0, 0.0, False
    for tick in ticks:
        if tick.rate_per_s != target:
            target = tick.rate_per_s
            # As Locust spawns: what one second's spawn rate covers comes at once, more comes over time.
            gradual = abs(target - rate_per_s) > tick.change_per_s * TICK_S
        pieces = list(_second(rate_per_s, tick)) if gradual else [RateSegment(TICK_S, target, target)]
        rate_per_s = pieces[-1].to_per_s
        yield tick, pieces


def _second(rate_per_s: float, tick: Tick) -> Iterator[RateSegment]:
    """One second of a ramp: up to the tick's rate or towards it."""
    missing = tick.rate_per_s - rate_per_s
    if abs(missing) >= tick.change_per_s * TICK_S:
        step = math.copysign(tick.change_per_s * TICK_S, missing)
        yield RateSegment(TICK_S, rate_per_s, rate_per_s + step)
        return
    ramp_s = abs(missing) / tick.change_per_s
    if missing:
        yield RateSegment(ramp_s, rate_per_s, tick.rate_per_s)
    yield RateSegment(TICK_S - ramp_s, tick.rate_per_s, tick.rate_per_s)


def _merged(segments: Sequence[RateSegment]) -> tuple[RateSegment, ...]:
    """Seconds at one rate as one segment."""
    merged: list[RateSegment] = []
    for one in segments:
        last = merged[-1] if merged else None
        flat = one.from_per_s == one.to_per_s
        if last is not None and flat and last.from_per_s == last.to_per_s == one.from_per_s:
            merged[-1] = RateSegment(last.duration_s + one.duration_s, one.from_per_s, one.to_per_s)
        else:
            merged.append(one)
    return tuple(merged)
