"""One loader for many who miss the same thing at once: a herd on a cold cache is one query."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class SingleFlight[T]:
    """Callers with the same key share one call. Each waits as long as it likes; leaving disturbs nobody.

    The call goes on by itself when whoever began it is cut off: it must bound its own time. What it raises,
    everyone who waits gets; the next caller begins anew.
    """

    def __init__(self) -> None:
        self._flights: dict[str, asyncio.Task[T]] = {}

    async def run(self, key: str, load: Callable[[], Awaitable[T]]) -> T:
        """What `load` gives, of this caller or of one who came before."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.ensure_future(_await(load))
            flight.add_done_callback(lambda ended: self._land(key, ended))
        return await asyncio.shield(flight)

    def _land(self, key: str, flight: asyncio.Task[T]) -> None:
        del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # looked at: everyone who waited may have gone


async def _await[T](load: Callable[[], Awaitable[T]]) -> T:
    return await load()
