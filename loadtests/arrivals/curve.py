"""A rate as a function of time."""

from fractions import Fraction
from typing import Protocol

import numpy as np

NS_PER_S = 1_000_000_000

type Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
type Instants = np.ndarray[tuple[int], np.dtype[np.int64]]
"""Nanoseconds from the start of the load, in time order."""


class RateCurve(Protocol):
    """Given by its integral and the integral's inverse: with both, any process can be placed on it."""

    def expected(self, at_s: Floats) -> Floats:
        """How many arrivals are expected from 0 up to, not including, each instant."""
        ...

    def instants_s(self, counts: Floats) -> Floats:
        """Where the number expected passes each count: the latest instant before which no more are expected.
        Infinite where it never does.
        """
        ...

    def most_expected(self, window_s: float, until_s: float) -> float:
        """In the busiest window of this length within 0 to `until_s`, which is no shorter than the window."""
        ...


def exact(value: float) -> Fraction:
    """The decimal that was written, not the binary number beside it."""
    return Fraction(str(value))
