"""A time limit that tells a late answer from a late look at it."""

from __future__ import annotations

import asyncio
from types import TracebackType

LAG_S = 0.01
# Turns of the event loop that an answer passes through from the socket to the task that waits for it.
TURNS = 8
# Limits that end within this time of each other share a timer and end together, at the end of it.
GRAIN_S = 0.002


class Cutoff:
    """`with Cutoff(0.1):` cancels its body after 0.1 s, or up to `GRAIN_S` later, and raises TimeoutError.

    An event loop that was held up runs its timers before it reads its sockets, so that plain timeouts blame
    the dependency for answers that have arrived. When this timer fires late by more than `LAG_S`, it lets
    the loop turn `TURNS` times, which takes no time when nothing is there to be done.

    A request has several of these, nearly all of which end early: a timer for each would cost more than all
    else that they do.
    """

    __slots__ = ("_expired", "_outer_cancels", "_sharers", "_task", "_timeout_s")

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._expired = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("Cutoff works inside a task only")
        self._task = task
        self._outer_cancels = task.cancelling()
        self._sharers = _sharers(task.get_loop(), self._timeout_s)
        self._sharers.add(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sharers.discard(self)
        if not self._expired:
            return
        if self._task.uncancel() <= self._outer_cancels and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """Its time is over."""
        self._expired = True
        self._task.cancel()


class _Timers:
    """One loop's: whose limits end in which grain of its time."""

    def __init__(self) -> None:
        self._grains: dict[int, set[Cutoff]] = {}

    def sharers(self, loop: asyncio.AbstractEventLoop, timeout_s: float) -> set[Cutoff]:
        """Those that end with a limit that begins now."""
        grain = int((loop.time() + timeout_s) / GRAIN_S) + 1
        sharers = self._grains.get(grain)
        if sharers is None:
            sharers = self._grains[grain] = set()
            loop.call_at(grain * GRAIN_S, self._fire, loop, grain)
        return sharers

    def _fire(self, loop: asyncio.AbstractEventLoop, grain: int) -> None:
        late_s = loop.time() - grain * GRAIN_S
        self._turn(loop, grain, TURNS if late_s > LAG_S else 0)

    def _turn(self, loop: asyncio.AbstractEventLoop, grain: int, left: int) -> None:
        if left and self._grains[grain]:
            loop.call_soon(self._turn, loop, grain, left - 1)
            return
        for cutoff in self._grains.pop(grain):
            cutoff.expire()


# Of the loop that was asked last: a process has one. Another's go on firing without being found here.
_latest: tuple[asyncio.AbstractEventLoop, _Timers] | None = None


def _sharers(loop: asyncio.AbstractEventLoop, timeout_s: float) -> set[Cutoff]:
    global _latest  # noqa: PLW0603 -- a look at one variable, three times a request
    if _latest is None or _latest[0] is not loop:
        _latest = (loop, _Timers())
    return _latest[1].sharers(loop, timeout_s)
