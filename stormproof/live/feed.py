"""What viewers are sent: one stream of server-sent events, kept for who comes back, bounded for who is slow.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

KEPT = 900
"""Events, and points of the charts: a quarter of an hour."""
_REPLAYED = 30
"""Who missed more is better off with the whole state."""


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event; who has seen it needs those after it."""

    number: int
    data: bytes
    """One line."""

    def encoded(self, name: str) -> bytes:
        """As it is sent."""
        return b"id: %d\nevent: %s\ndata: %s\n\n" % (self.number, name.encode(), self.data)


class Feed:
    """Holds the last events. A viewer holds a number and nothing else: one that is slow costs no memory, and
    goes on with the whole state where it has fallen behind.
    """

    def __init__(self, snapshot: Callable[[], bytes]) -> None:
        self._snapshot = snapshot
        """The whole state by now, as one line."""
        self._events: deque[FeedEvent] = deque(maxlen=_REPLAYED)
        self._number = 0
        self._changed = asyncio.Event()
        self.is_over = False

    def publish(self, data: bytes) -> None:
        """One more event, one line."""
        self._number += 1
        self._events.append(FeedEvent(self._number, data))
        self._wake()

    def end(self) -> None:
        """There is no event after the last one."""
        self.is_over = True
        self._wake()

    def after(self, seen: int | None) -> tuple[bytes, int]:
        """What a viewer lacks who has seen this number, or None, as it is sent; and the number seen then.

        A number of which nothing is known, such as one of another run, is taken for none.
        """
        if seen == self._number:
            return b"", seen
        first = self._events[0].number if self._events else self._number + 1
        if seen is None or seen > self._number or seen < first - 1:
            return FeedEvent(self._number, self._snapshot()).encoded("snapshot"), self._number
        missed = [one for one in self._events if one.number > seen]
        return b"".join(one.encoded("state") for one in missed), self._number

    async def changed(self) -> None:
        """Until something happens next."""
        await self._changed.wait()

    def _wake(self) -> None:
        happened, self._changed = self._changed, asyncio.Event()
        happened.set()
