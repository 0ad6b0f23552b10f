"""What the holder of a lock has in hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class LockLostError(Exception):
    """The lock has run out, or is somebody else's: what it protected must not go on."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the lock {name} is no longer held")
        self.name = name


@dataclass(slots=True)
class Lease:
    """A lock that was held when it was last confirmed.

    A holder may be paused for longer than the lock lasts, and not know it. So whatever the lock protects is
    told the `token`, which grows with every holder, and refuses a smaller one than it has seen (see
    `ports/fences.py`); `check` is for work that cannot do that, and good as far as this machine's clock is.
    """

    name: str
    token: int
    held_until_s: float
    now_s: Callable[[], float]

    @property
    def held(self) -> bool:
        """Whether it was confirmed for this instant."""
        return self.now_s() < self.held_until_s

    def check(self) -> None:
        """Raises LockLostError unless it is held."""
        if not self.held:
            raise LockLostError(self.name)
