"""Ctrl-C, SIGTERM and a closed terminal: the first ends the run in good order, later ones change nothing."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Whether the run is to end, and whether it may be cut right now."""

    def __init__(self) -> None:
        self.interrupted = False
        self._shields = 0

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Within the block a signal is noted and nothing is cut: healing and judging are completed."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Raises KeyboardInterrupt for the first signal outside a shield."""
        first, self.interrupted = not self.interrupted, True
        if first and not self._shields:
            raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[Interrupts]:
    """Within the block the first signal raises KeyboardInterrupt, unless shielded, and no later one does.

    Also where a shell started us in the background, ignoring SIGINT. What is started within the block gets
    the default handling again.
    """
    interrupts = Interrupts()
    before = {number: signal.signal(number, interrupts.on_signal) for number in _SIGNALS}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
