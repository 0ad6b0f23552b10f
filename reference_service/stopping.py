"""How a process is asked to stop, and how much of it there is time for."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading

log = logging.getLogger(__name__)
CUT = 1  # exit code: something was cut short


class Stopping:
    """Asked once: in good order. Asked twice: at once, whatever is under way."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.forced = asyncio.Event()
        self.retiring = False
        self._asked = 0

    def heed_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        """SIGTERM and SIGINT ask."""
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.ask)

    def ask(self) -> None:
        """Stop."""
        self._asked += 1
        if self._asked > 1:
            log.warning("asked again to stop: what is under way is cut")
            self.forced.set()
        self.begun.set()

    def retire(self) -> None:
        """Stop, because a successor is there already: the instance stays ready."""
        self.retiring = True
        self.begun.set()

    async def rest(self, limit_s: float) -> None:
        """Waits, unless asked to stop at once."""
        waiting = asyncio.create_task(self.forced.wait())
        await asyncio.wait({waiting}, timeout=limit_s)
        waiting.cancel()

    async def unless_forced(self, work: asyncio.Task[None]) -> None:
        """Waits for `work`; asked to stop at once, cancels it. Raises what it raises."""
        waiting = asyncio.create_task(self.forced.wait())
        await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if work.done():
            await work
        else:
            work.cancel()


def end_after(limit_s: float) -> None:
    """Ends the process after `limit_s`, though its loop, or a disk that it waits for, be stuck."""
    timer = threading.Timer(limit_s, os._exit, (CUT,))
    timer.daemon = True
    timer.start()
