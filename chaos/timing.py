"""Time as the room sees it: passed in, so that tests decide it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from evidence.clock import AnchoredClock, Clock


@dataclass(frozen=True, slots=True)
class Timing:
    """A clock and a way to wait."""

    clock: Clock
    sleep: Callable[[float], None]
    """Waits that many seconds."""

    @classmethod
    def real(cls) -> "Timing":
        """This machine's."""
        return cls(AnchoredClock.anchor(), time.sleep)
