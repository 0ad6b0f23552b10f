"""Interrupts that are neither lost nor come between a fault and its healing.

Chaos Toolkit turns SIGTERM into an ordinary exception, which logging and others swallow where they happen
to be at work, and gives up its rollbacks at the second signal. Between `install` and `remove` the first
SIGINT or SIGTERM is a KeyboardInterrupt, which begins the rollbacks, and all later ones are only noted.
"""

import logging
import signal
from collections.abc import Callable
from types import FrameType

from chaoslib.exceptions import InterruptExecution

_NUMBERS = (signal.SIGINT, signal.SIGTERM)

_logger = logging.getLogger("chaostoolkit")

type _Handler = Callable[[int, FrameType | None], object]


class Interrupts:
    """What becomes of SIGINT and SIGTERM while an experiment runs."""

    def __init__(self) -> None:
        self._before: dict[signal.Signals, _Handler] = {}
        self._received = False

    def install(self) -> None:
        """Take over; a signal that is ignored stays ignored. Only for the main thread."""
        for number in _NUMBERS:
            handler = signal.getsignal(number)
            if callable(handler):
                self._before[number] = handler
                signal.signal(number, self._handle)

    def remove(self) -> None:
        """Give back what was there before; harmless when nothing was taken over."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._received:
            _logger.warning("Healing is under way: it takes some seconds at most.")
            return
        self._received = True
        try:
            self._before[signal.Signals(number)](number, frame)  # Chaos Toolkit notes it for its journal
        except InterruptExecution as error:
            raise KeyboardInterrupt(str(error)) from error
