"""Giving up on what others do for us, when one of them failed or the user interrupted."""

import threading
from dataclasses import dataclass, field

from stack.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Shared by the threads of one `up`; each checks it between its steps and while it waits."""

    _event: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Everyone is to stop."""
        self._event.set()

    def check(self) -> None:
        """Raises Cancelled when everyone is to stop."""
        if self._event.is_set():
            raise _cancelled()

    def sleep(self, seconds: float) -> None:
        """Wait, but not longer than until everyone is to stop; raises Cancelled then."""
        if self._event.wait(seconds):
            raise _cancelled()


def _cancelled() -> Cancelled:
    return Cancelled("stopped before it was done", where="stack", next_step="Start it again: stormproof up")
