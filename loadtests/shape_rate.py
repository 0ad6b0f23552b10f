"""The rate that a shape stands for: plain data, so that it can be sent to other machines."""

from dataclasses import dataclass

from loadtests.arrivals.curve import exact
from loadtests.arrivals.piecewise import Piece, PiecewiseLinear, piecewise_linear


@dataclass(frozen=True, slots=True)
class RateSegment:
    """A stretch of time in which the rate goes in a straight line."""

    duration_s: float
    from_per_s: float
    to_per_s: float


@dataclass(frozen=True, slots=True)
class ShapeRate:
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

    @property
    def curve(self) -> PiecewiseLinear:
        """What arrivals are placed on."""
        pieces = [
            Piece(exact(one.duration_s), exact(one.from_per_s), exact(one.to_per_s)) for one in self.segments
        ]
        return piecewise_linear(pieces, exact(self.last_per_s))

    def scaled(self, factor: float) -> "ShapeRate":
        """The same shape, so many times as high."""
        return ShapeRate(
            tuple(
                RateSegment(one.duration_s, one.from_per_s * factor, one.to_per_s * factor)
                for one in self.segments
            )
        )
