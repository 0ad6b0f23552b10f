"""Tells how long the machine held up the test itself: a busy neighbour must not look like a late answer."""

from __future__ import annotations

import asyncio

TICK_S = 0.005


class StallMeter:
    """Measures by how much short sleeps overshoot; `worst_s` is the longest since the last reset."""

    def __init__(self) -> None:
        self.worst_s = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._watch())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def reset(self) -> None:
        self.worst_s = 0.0

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before_s = loop.time()
            await asyncio.sleep(TICK_S)
            self.worst_s = max(self.worst_s, loop.time() - before_s - TICK_S)
