"""A sliding window in this process's memory: the same rule as `sliding_window.lua`, as a pure object."""

from __future__ import annotations

from collections import deque


class SlidingWindow:
    """Admits at most `capacity` requests in any stretch of `window_s`; refused ones do not count."""

    __slots__ = ("_admitted", "capacity", "window_s")

    def __init__(self, capacity: int, window_s: float) -> None:
        self.capacity = capacity
        self.window_s = window_s
        self._admitted: deque[float] = deque()

    def admit(self, now_s: float) -> tuple[bool, int, float]:
        """Whether this one may pass, how many more may, and seconds until the oldest leaves the window."""
        admitted = self._admitted
        while admitted and now_s - admitted[0] >= self.window_s:
            admitted.popleft()
        allowed = len(admitted) < self.capacity
        if allowed:
            admitted.append(now_s)
        oldest_s = admitted[0] if admitted else now_s
        return allowed, self.capacity - len(admitted), self.window_s - (now_s - oldest_s)

    def wait_s(self, now_s: float) -> float:
        """Seconds until one more may pass: 0 if it may now."""
        if len(self._admitted) < self.capacity:
            return 0.0
        return max(0.0, self.window_s - (now_s - self._admitted[-self.capacity]))

    def idle_at(self, now_s: float) -> bool:
        """True when nothing in it counts any more."""
        return not self._admitted or now_s - self._admitted[-1] >= self.window_s
