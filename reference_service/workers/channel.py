"""The worker's end of the line to its supervisor; when the line breaks, the worker ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from reference_service.workers.crew import Crew

READY, RETIRE = b"ready", b"retire"
ORPHANED = 1


@dataclass(frozen=True, slots=True)
class Orders:
    """What the supervisor may ask of a worker."""

    retire: Callable[[], None]
    know_crew: Callable[[Crew], None]


class Channel:
    """A thread reads it: it notices the supervisor's death though the event loop be stuck."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def listen(self, orders: Orders, loop: asyncio.AbstractEventLoop) -> None:
        """From now on orders are carried out, in the loop; the process ends at once with its supervisor."""
        threading.Thread(target=self._read, args=(orders, loop), name="supervisor", daemon=True).start()

    def say_ready(self) -> None:
        """This worker accepts connections."""
        self._line.sendall(READY + b"\n")

    def _read(self, orders: Orders, loop: asyncio.AbstractEventLoop) -> None:
        try:
            with self._line.makefile("rb") as lines:
                for line in lines:
                    self._carry_out(line.rstrip(b"\n"), orders, loop)
        finally:
            # However it died, kill -9 included: nobody would stop this worker, or start it again.
            os._exit(ORPHANED)

    def _carry_out(self, order: bytes, orders: Orders, loop: asyncio.AbstractEventLoop) -> None:
        if order == RETIRE:
            loop.call_soon_threadsafe(orders.retire)
            return
        # A line that was cut, because nobody read the ones before it, is made up for by the next.
        with contextlib.suppress(ValueError, KeyError):
            loop.call_soon_threadsafe(orders.know_crew, Crew.decode(order))
