"""A time limit that tells a late answer from a late look at it."""

from __future__ import annotations

import asyncio
from types import TracebackType

LAG_S = 0.01
# Turns of the event loop that an answer passes through from the socket to the task that waits for it.
TURNS = 8


class Cutoff:
    """`async with Cutoff(0.1):` cancels its body after 0.1 s and raises TimeoutError.

    An event loop that was held up runs its timers before it reads its sockets, so that plain timeouts blame
    the dependency for answers that have arrived. When this timer fires late by more than `LAG_S`, it lets
    the loop turn `TURNS` times, which takes no time when nothing is there to be done.
    """

    __slots__ = (
        "_due_s",
        "_expired",
        "_handle",
        "_loop",
        "_outer_cancels",
        "_task",
        "_timeout_s",
    )

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._expired = False

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("Cutoff works inside a task only")
        self._task = task
        self._outer_cancels = task.cancelling()
        self._loop = task.get_loop()
        self._due_s = self._loop.time() + self._timeout_s
        self._handle: asyncio.Handle = self._loop.call_at(self._due_s, self._fire)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.cancel()
        if not self._expired:
            return
        if self._task.uncancel() <= self._outer_cancels and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _fire(self) -> None:
        if self._loop.time() - self._due_s > LAG_S:
            self._turn(TURNS)
        else:
            self._expire()

    def _turn(self, left: int) -> None:
        if left:
            self._handle = self._loop.call_soon(self._turn, left - 1)
        else:
            self._expire()

    def _expire(self) -> None:
        self._expired = True
        self._task.cancel()
