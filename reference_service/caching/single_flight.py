"""One loader for many who miss the same thing at once: a herd on a cold cache is one query."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from reference_service.resilience import CallTimedOutError, Cutoff, DeadlineExceededError


class SingleFlight[T]:
    """Callers with the same key share one call. Each waits as long as its time; leaving disturbs nobody.

    The call goes on by itself when whoever began it is cut off: it must bound its own time, by the time that
    he has. When that was too little, whoever has time left loads again. Everything else that it raises,
    everyone who waits gets; the next caller begins anew.
    """

    def __init__(self, dependency: str) -> None:
        self._dependency = dependency
        self._flights: dict[str, asyncio.Task[T]] = {}

    async def run(self, key: str, load: Callable[[], Awaitable[T]], within_s: float) -> T:
        """What `load` gives, of this caller or of one who came before. Raises CallTimedOutError."""
        try:
            with Cutoff(within_s):
                while (flight := self._flights.get(key)) is not None:
                    try:
                        return await asyncio.shield(flight)
                    except (CallTimedOutError, DeadlineExceededError):
                        continue  # the time of who began it was over
                return await asyncio.shield(self._begin(key, load))
        except TimeoutError as error:
            raise CallTimedOutError(self._dependency, f"nothing within {within_s * 1000:.0f} ms") from error

    def _begin(self, key: str, load: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        flight = self._flights[key] = asyncio.create_task(self._fly(key, load))
        flight.add_done_callback(_look_at)
        return flight

    async def _fly(self, key: str, load: Callable[[], Awaitable[T]]) -> T:
        try:
            return await load()
        finally:
            del self._flights[key]


def _look_at(flight: asyncio.Task[object]) -> None:
    """Everyone who waited may have gone: then nobody else looks at what it raised."""
    if not flight.cancelled():
        flight.exception()
