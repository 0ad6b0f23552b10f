"""How long the event loop does not turn: what is due then is sent late, what arrives is noticed late."""

import time
from collections.abc import Callable

import gevent

from loadtests.generator.self_measures.lateness import Lateness, LatenessCounter

_BEAT_NS = 10_000_000
"""A hundred beats a second cost about a thousandth of a core."""


class LoopStalls:
    """Asks to be woken every 10 ms from open() to close(), and notes how late it is."""

    def __init__(self, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._monotonic_ns = monotonic_ns
        self._stalls = LatenessCounter()
        self._beating: gevent.Greenlet | None = None

    def open(self) -> None:
        """Begin."""
        self._beating = gevent.spawn(self._beat)

    def close(self) -> None:
        """Stop."""
        if self._beating is not None:
            self._beating.kill(block=False)
            self._beating = None

    def take(self) -> Lateness:
        """Stalls since the last time."""
        return self._stalls.take()

    def _beat(self) -> None:
        while True:
            due_ns = self._monotonic_ns() + _BEAT_NS
            gevent.sleep(_BEAT_NS / 1e9)
            self._stalls.add(max(0, self._monotonic_ns() - due_ns))
