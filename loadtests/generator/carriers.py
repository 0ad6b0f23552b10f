"""Greenlets that carry one flight after another.

A greenlet of its own for each request costs more than the request's bookkeeping: the interpreter maps memory
for its frames when it begins, and unmaps it when it ends.
"""

from collections.abc import Callable

import gevent

from loadtests.generator.flight import Flight

_MOST_IDLE = 256
"""Kept for what comes next; after a target's stall there may be thousands."""


class Carriers:
    """As many as there are flights at once, and some that wait for more."""

    def __init__(self, fly: Callable[[Flight], None]) -> None:
        self._fly = fly
        self._idle: list[_Carrier] = []

    def carry(self, flight: Flight) -> gevent.Greenlet:
        """Let it fly when the hub gets its turn; the greenlet that carries it, to be killed if need be."""
        if self._idle:
            carrier = self._idle.pop()
            carrier.resume(flight)
        else:
            carrier = _Carrier(self._fly, self._idle, flight)
        return carrier.greenlet

    def close(self) -> None:
        """End those that wait."""
        while self._idle:
            self._idle.pop().greenlet.kill(block=False)


class _Carrier:
    """Flies, waits, flies."""

    def __init__(self, fly: Callable[[Flight], None], idle: "list[_Carrier]", flight: Flight) -> None:
        self._fly = fly
        self._idle = idle
        self._flight = flight
        self._hub = gevent.get_hub()
        self.greenlet = gevent.spawn(self._carry)

    def resume(self, flight: Flight) -> None:
        """Carry another."""
        self._flight = flight
        self._hub.loop.run_callback(self.greenlet.switch)

    def _carry(self) -> None:
        self._fly(self._flight)
        while len(self._idle) < _MOST_IDLE:
            self._idle.append(self)
            self._hub.switch()
            self._fly(self._flight)
