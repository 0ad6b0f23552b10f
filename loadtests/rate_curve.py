"""A rate that changes over time, piece by piece in a straight line, and the arrivals that follow it.

A process of one arrival a second is stretched so that as many arrivals fall into each stretch of time as its
rate says (time change of a point process): equal gaps stay evenly spread, Poisson stays Poisson.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING

import numpy as np

from loadtests.arrivals import ArrivalProcess, ArrivalStream, offsets_ns

if TYPE_CHECKING:
    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]

_NS_PER_S = 1_000_000_000
_CHUNK = 1024


@dataclass(frozen=True, slots=True)
class RateSegment:
    """A stretch of time in which the rate goes in a straight line."""

    duration_s: float
    from_per_s: float
    to_per_s: float

    @property
    def arrivals(self) -> float:
        """How many are to be expected in it."""
        return self.duration_s * (self.from_per_s + self.to_per_s) / 2


@dataclass(frozen=True, slots=True)
class RateCurve:
    """Segments one after another; the last rate holds from then on."""

    segments: tuple[RateSegment, ...]

    @property
    def last_per_s(self) -> float:
        """The rate after the last segment."""
        return self.segments[-1].to_per_s if self.segments else 0.0

    @property
    def peak_per_s(self) -> float:
        """The highest rate."""
        return max((rate for one in self.segments for rate in (one.from_per_s, one.to_per_s)), default=0.0)

    def scaled(self, factor: float) -> "RateCurve":
        """The same shape, so many times as high."""
        return RateCurve(
            tuple(
                RateSegment(one.duration_s, one.from_per_s * factor, one.to_per_s * factor)
                for one in self.segments
            )
        )

    def expected_arrivals(self, until_s: float) -> float:
        """How many are to be expected up to an instant."""
        total, left_s = 0.0, until_s
        for one in self.segments:
            spent_s = min(left_s, one.duration_s)
            slope = (one.to_per_s - one.from_per_s) / one.duration_s if one.duration_s else 0.0
            total += spent_s * (one.from_per_s + slope * spent_s / 2)
            left_s -= spent_s
        return total + left_s * self.last_per_s


def curve_offsets_ns(
    curve: RateCurve, process: ArrivalProcess, name: str, *, duration_s: float | None, seed: int
) -> Iterator[int]:
    """The intended instants, from the start of the load, in order; without end where `duration_s` is None
    and the last rate is above 0.
    """
    if not curve.peak_per_s:
        return
    inverse = _Inverse(curve)
    expected = inverse.total if duration_s is None else curve.expected_arrivals(duration_s)
    limit_ns = None if duration_s is None else round(duration_s * _NS_PER_S)
    units = offsets_ns(ArrivalStream(name, process, 1.0), min(expected, _FOR_EVER), seed)
    for chunk in batched(units, _CHUNK):
        for offset_ns in inverse.instants_ns(np.asarray(chunk, dtype=np.float64) / _NS_PER_S):
            if limit_ns is not None and offset_ns >= limit_ns:
                return
            yield offset_ns


_FOR_EVER = 9e8
"""Arrivals of an endless load: at 10,000 a second they last a day."""


class _Inverse:
    """From "so many arrivals are to be expected by then" to the instant."""

    def __init__(self, curve: RateCurve) -> None:
        segments = [one for one in curve.segments if one.arrivals > 0]
        starts_s = _starts(curve.segments)
        self._start_s = np.array(
            [start for one, start in zip(curve.segments, starts_s[:-1], strict=True) if one.arrivals > 0]
            + [starts_s[-1]]
        )
        self._from_per_s = np.array([one.from_per_s for one in segments] + [curve.last_per_s])
        self._slope = np.array([(one.to_per_s - one.from_per_s) / one.duration_s for one in segments] + [0.0])
        self._before = np.concatenate(([0.0], np.cumsum([one.arrivals for one in segments])))
        self.total = float("inf") if curve.last_per_s > 0 else float(self._before[-1])

    def instants_ns(self, expected: "Floats") -> list[int]:
        place = np.searchsorted(self._before, expected, side="right") - 1
        rest = expected - self._before[place]
        rate, slope = self._from_per_s[place], self._slope[place]
        # rate * t + slope * t² / 2 = rest, solved so that neither a slope nor a rate of 0 is a special case.
        root = np.sqrt(np.maximum(rate * rate + 2 * slope * rest, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            after_s = np.where(rest > 0, 2 * rest / (rate + root), 0.0)
        instants: list[int] = np.rint((self._start_s[place] + after_s) * _NS_PER_S).astype(np.int64).tolist()
        return instants


def _starts(segments: Sequence[RateSegment]) -> list[float]:
    starts = [0.0]
    for one in segments:
        starts.append(starts[-1] + one.duration_s)
    return starts
