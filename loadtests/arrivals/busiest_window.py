"""The window in which most arrivals are expected."""

from collections.abc import Callable

import numpy as np

from loadtests.arrivals.curve import Floats

_A_HAIR = 1e-9
"""Of the time looked at: what comes all at once is before an instant or after it."""


def busiest_window(
    expected: Callable[[Floats], Floats], turns_s: Floats, window_s: float, latest_start_s: float
) -> float:
    """How many arrivals are expected in the busiest window that starts at 0 to `latest_start_s`.

    `expected` is the integral of a rate that is straight between `turns_s`: what a window holds is then a
    parabola of its start, between those starts at which one of its ends meets a turn.
    """

    def within(starts_s: Floats) -> Floats:
        return expected(starts_s + window_s) - expected(starts_s)

    meetings_s = np.concatenate([turns_s, turns_s - window_s, [0.0, latest_start_s]])
    starts_s = np.unique(np.clip(meetings_s, 0.0, latest_start_s))
    hair_s = _A_HAIR * (window_s + latest_start_s)
    lefts_s = np.minimum(starts_s + hair_s, latest_start_s)
    rights_s = np.maximum(np.append(starts_s[1:], latest_start_s) - hair_s, lefts_s)
    at_left, at_middle, at_right = within(lefts_s), within((lefts_s + rights_s) / 2), within(rights_s)
    bend = at_left - 2 * at_middle + at_right
    with np.errstate(divide="ignore", invalid="ignore"):
        vertex = np.clip((3 * at_left - 4 * at_middle + at_right) / (4 * bend), 0.0, 1.0)
    tops_s = lefts_s + np.where(bend < 0, vertex, 0.0) * (rights_s - lefts_s)
    return float(max(part.max() for part in (within(starts_s), at_left, at_right, within(tops_s))))
