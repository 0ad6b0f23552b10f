"""Long work in pieces: between them whoever else waits for this worker gets a turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PIECE_S = 0.004


class Turns:
    """Counts from when it is made; `give` it often, and it waits for others once a piece is done."""

    __slots__ = ("_now_s", "_since_s")

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._since_s = now_s()

    async def give(self) -> None:
        """Lets everybody else who is ready go first, if it is time to."""
        if self._now_s() - self._since_s >= PIECE_S:
            await asyncio.sleep(0)
            self._since_s = self._now_s()
