"""Whether the clock that names and cuts parts is still the one that a part began with."""

import time
from collections.abc import Callable

_MOST_NS = 1_000_000_000
"""What time servers correct by and by is less; more is a clock that was set, or a machine that slept."""


class ClockGuard:
    """Compares the wall clock with the monotonic one, which neither a correction sets nor sleep moves."""

    def __init__(
        self,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._wall_ns, self._monotonic_ns = wall_ns, monotonic_ns
        self._distance_ns = self._now_ns()

    def was_set(self) -> bool:
        """Since this guard was made: the wall clock is elsewhere than the time that has passed puts it."""
        return abs(self._now_ns() - self._distance_ns) > _MOST_NS

    def _now_ns(self) -> int:
        return self._wall_ns() - self._monotonic_ns()
