"""Sessions whose client thinks before its next request."""

from collections.abc import Callable

import gevent

from loadtests.generator.flight import Flight


class WaitingSessions:
    """A timer for each; none of them holds back an arrival, or counts as a request in flight."""

    def __init__(self, now_ns: Callable[[], int], send: Callable[[Flight], None]) -> None:
        self._now_ns = now_ns
        self._send = send
        self._waiting: dict[int, Flight] = {}
        self._last_ns: int | None = None
        """Nothing is sent that is intended later; None: no end is in sight."""

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, flight: Flight) -> None:
        """Send it at its intended instant, unless everything is over by then."""
        if self._last_ns is not None and flight.intended_ns > self._last_ns:
            return
        self._waiting[flight.sequence] = flight
        # Timers count from when the event loop last looked at its clock: a busy one would send it too early,
        # and its latency would lack that time.
        gevent.get_hub().loop.update_now()
        wait_s = max(0.0, (flight.intended_ns - self._now_ns()) / 1e9)
        flight.greenlet = gevent.spawn_later(wait_s, self._wake, flight)

    def end_at(self, last_ns: int) -> None:
        """What is intended later is not sent: it was never due, and leaves no record."""
        self._last_ns = last_ns
        for flight in list(self._waiting.values()):
            if flight.intended_ns > last_ns:
                self._drop(flight)

    def drop_all(self) -> None:
        """Send nothing more."""
        for flight in list(self._waiting.values()):
            self._drop(flight)

    def _drop(self, flight: Flight) -> None:
        del self._waiting[flight.sequence]
        if flight.greenlet is not None:
            flight.greenlet.kill(block=False)

    def _wake(self, flight: Flight) -> None:
        if self._waiting.pop(flight.sequence, None) is not None:
            self._send(flight)
