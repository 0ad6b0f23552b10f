"""A rate of straight pieces, and of arrivals that come all at once: integral and inverse in closed form."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

import numpy as np

from loadtests.arrivals.busiest_window import busiest_window
from loadtests.arrivals.curve import Floats


@dataclass(frozen=True, slots=True)
class Piece:
    """The rate goes straight from one value to another."""

    for_s: Fraction
    from_per_s: Fraction
    to_per_s: Fraction
    at_once: Fraction = Fraction(0)
    """Arrivals at its very beginning, beside the rate."""

    @property
    def expected(self) -> Fraction:
        """How many arrivals it brings."""
        return self.at_once + self.for_s * (self.from_per_s + self.to_per_s) / 2


@dataclass(frozen=True, slots=True, eq=False)
class PiecewiseLinear:
    """One element a piece; the last one lasts for ever."""

    starts_s: Floats
    lengths_s: Floats
    expected_before: Floats
    """Arrivals expected up to the start of each."""
    at_once: Floats
    rates_per_s: Floats
    """At the start of each."""
    slopes: Floats
    """Change of the rate, in arrivals/s per s."""

    def expected(self, at_s: Floats) -> Floats:
        """A parabola in each piece."""
        piece = np.maximum(np.searchsorted(self.starts_s, at_s, side="left") - 1, 0)
        into_s = at_s - self.starts_s[piece]
        since_start = into_s * (self.rates_per_s[piece] + into_s * self.slopes[piece] / 2)
        summed: Floats = np.where(
            at_s > 0, self.expected_before[piece] + self.at_once[piece] + since_start, 0.0
        )
        return summed

    def instants_s(self, counts: Floats) -> Floats:
        """The root of that parabola, in the form that does not cancel."""
        piece = np.maximum(np.searchsorted(self.expected_before, counts, side="right") - 1, 0)
        rate, slope = self.rates_per_s[piece], self.slopes[piece]
        beyond = counts - self.expected_before[piece] - self.at_once[piece]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            root_s = 2 * beyond / (rate + np.sqrt(np.maximum(rate**2 + 2 * slope * beyond, 0.0)))
        is_silent = (rate == 0) & (slope == 0)
        into_s = np.where(beyond > 0, root_s, np.where(is_silent & (beyond == 0), np.inf, 0.0))
        instants: Floats = self.starts_s[piece] + np.minimum(into_s, self.lengths_s[piece])
        return instants

    def most_expected(self, window_s: float, until_s: float) -> float:
        """Exact."""
        return busiest_window(self.expected, self.starts_s, window_s, until_s - window_s)


def piecewise_linear(pieces: Sequence[Piece], then_per_s: Fraction) -> PiecewiseLinear:
    """These pieces one after another from 0 on, then a rate that holds; pieces of no length are jumps."""
    lasting = [piece for piece in pieces if piece.for_s > 0]
    last = Piece(Fraction(0), then_per_s, then_per_s)
    every = [*lasting, last]
    return PiecewiseLinear(
        starts_s=_floats(list(accumulate((piece.for_s for piece in lasting), initial=Fraction(0)))),
        lengths_s=_floats([*(piece.for_s for piece in lasting), np.inf]),
        # Summed as fractions: one more arrival would come before a silence if this were a bit too small.
        expected_before=_floats(list(accumulate((piece.expected for piece in lasting), initial=Fraction(0)))),
        at_once=_floats([piece.at_once for piece in every]),
        rates_per_s=_floats([piece.from_per_s for piece in every]),
        slopes=_floats(
            [*((piece.to_per_s - piece.from_per_s) / piece.for_s for piece in lasting), Fraction(0)]
        ),
    )


def _floats(values: Sequence[Fraction | float]) -> Floats:
    return np.array([float(value) for value in values])
