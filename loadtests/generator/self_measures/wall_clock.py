"""Whether somebody sets the wall clock while the load goes on.

Instants within this process follow its monotonic clock and do not notice. What other processes of the run
write, the timeline of faults among it, does: their instants are off by the step.
"""

import time
from collections.abc import Callable

_READINGS = 3


class WallClock:
    """The wall clock, beside the one that instants are told by."""

    def __init__(self, now_ns: Callable[[], int], wall_ns: Callable[[], int] = time.time_ns) -> None:
        self._now_ns = now_ns
        self._wall_ns = wall_ns
        self._first_ns = self._offset_ns()

    def offset_s(self) -> float:
        """How far somebody has set the wall clock forward since this was made."""
        return (self._offset_ns() - self._first_ns) / 1e9

    def _offset_ns(self) -> int:
        return min((self._reading() for _ in range(_READINGS)), key=lambda one: one[0])[1]

    def _reading(self) -> tuple[int, int]:
        """How long it took, and the offset; who is interrupted between two clocks reads nonsense."""
        before_ns = self._now_ns()
        wall_ns = self._wall_ns()
        after_ns = self._now_ns()
        return after_ns - before_ns, wall_ns - (before_ns + after_ns) // 2
