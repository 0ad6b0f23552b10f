"""Versions that follow the time of day and never move backwards."""

from __future__ import annotations

from collections.abc import Callable

WORKER_BITS = 10
COUNTER_BITS = 11
MILLISECOND_SHIFT = WORKER_BITS + COUNTER_BITS


class HybridClock:
    """A hybrid logical clock in 63 bits: 42 of milliseconds since 1970, 11 of a counter, 10 of the worker.

    Fits Elasticsearch's external versions and PostgreSQL's bigint until the year 2109. Two workers never give
    the same version. A counter that overflows runs into the milliseconds: order matters, not the time told.
    """

    def __init__(self, worker: int, now_ms: Callable[[], int]) -> None:
        if not 0 <= worker < 1 << WORKER_BITS:
            raise ValueError(f"worker {worker}: allowed are 0 to {(1 << WORKER_BITS) - 1}")
        self._worker = worker
        self._now_ms = now_ms
        self._last_tick = 0

    def next_version(self) -> int:
        """A version above every one that this clock gave or observed."""
        self._last_tick = max(self._now_ms() << COUNTER_BITS, self._last_tick + 1)
        return self._last_tick << WORKER_BITS | self._worker

    def now_ms(self) -> int:
        """The time of day in milliseconds since 1970: for what people read; order is the versions' matter."""
        return self._now_ms()

    def bound(self, ahead_ms: int) -> int:
        """A version above all that it gives within `ahead_ms`, unless it is asked for more than there are."""
        tick = max((self._now_ms() + ahead_ms) << COUNTER_BITS, self._last_tick + (ahead_ms << COUNTER_BITS))
        return tick << WORKER_BITS

    def observe(self, version: int) -> None:
        """Somebody else gave this version: go on above it."""
        self._last_tick = max(self._last_tick, version >> WORKER_BITS)
