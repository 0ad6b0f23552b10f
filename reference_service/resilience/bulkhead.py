"""A bound on what is under way at once, so that one neighbour's trouble does not take everybody's room."""

from __future__ import annotations

import asyncio
from collections import deque


class BulkheadFullError(Exception):
    """As many are under way, and wait, as may be."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(f"{name}: {limit} are under way already")
        self.name = name


class Bulkhead:
    """At most `limit` at once, at most `queue` waiting, first come first served.

    Waiting is bounded by whatever cancels the caller: its deadline. Not thread-safe: one event loop owns it.
    """

    def __init__(self, name: str, limit: int, queue: int = 0) -> None:
        self.name = name
        self.limit = limit
        self._queue = queue
        self._in_use = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def in_use(self) -> int:
        """How many are under way."""
        return self._in_use

    @property
    def idle(self) -> bool:
        """Nobody is in it, nobody waits."""
        return not self._in_use and not self._waiting

    async def enter(self) -> None:
        """Raises BulkheadFullError when there is no room to wait either. Whoever came in must `leave`."""
        if self._in_use < self.limit and not self._waiting:
            self._in_use += 1
            return
        if len(self._waiting) >= self._queue:
            raise BulkheadFullError(self.name, self.limit)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # the place was given at this very moment
            elif turn in self._waiting:  # else `leave` has passed over it already
                self._waiting.remove(turn)
            raise

    def enter_now(self) -> bool:
        """Comes in if there is room at once; then the caller must `leave`."""
        if self._in_use >= self.limit or self._waiting:
            return False
        self._in_use += 1
        return True

    def leave(self) -> None:
        """Gives the place up: to the next who waits, if there is one."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._in_use -= 1
