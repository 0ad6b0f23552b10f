"""The busiest window of several rates together."""

from collections.abc import Sequence

import numpy as np

from loadtests.arrivals.busiest_window import busiest_window
from loadtests.arrivals.curve import Floats, RateCurve
from loadtests.arrivals.piecewise import PiecewiseLinear


def most_expected(parts: Sequence[tuple[float, RateCurve]], window_s: float, until_s: float) -> float:
    """How many arrivals are expected in the busiest window within 0 to `until_s`, which is no shorter.

    Each part is a curve and how much of it counts. Pieces are added up, so that one that rises while another
    falls counts as what both are together; of those that swing or repeat, the busiest windows are taken to
    meet.
    """
    pieces: list[tuple[float, PiecewiseLinear]] = []
    most = 0.0
    for weight, curve in parts:
        if isinstance(curve, PiecewiseLinear):
            pieces.append((weight, curve))
        else:
            most += weight * curve.most_expected(window_s, until_s)
    if not pieces:
        return most

    def expected(at_s: Floats) -> Floats:
        summed: Floats = np.sum([weight * curve.expected(at_s) for weight, curve in pieces], axis=0)
        return summed

    turns_s = np.concatenate([curve.starts_s for _, curve in pieces])
    return most + busiest_window(expected, turns_s, window_s, until_s - window_s)
