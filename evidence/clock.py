"""Instants: one wall-clock anchor a process plus its monotonic clock.

Within a process the order and the distance of two instants are those of the monotonic clock, whatever
happens to the wall clock; between processes they compare as far as their wall clocks agree.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant."""

    def now_ns(self) -> int:
        """UTC nanoseconds since the epoch."""
        ...


@dataclass(frozen=True, slots=True)
class AnchoredClock:
    """The wall clock as it was at the anchor, carried on by the monotonic clock."""

    wall_anchor_ns: int
    monotonic_anchor_ns: int
    monotonic_ns: Callable[[], int] = time.monotonic_ns

    @classmethod
    def anchor(
        cls,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> "AnchoredClock":
        """A clock anchored now."""
        return cls(wall_ns(), monotonic_ns(), monotonic_ns)

    def now_ns(self) -> int:
        """UTC nanoseconds since the epoch."""
        return self.wall_anchor_ns + self.monotonic_ns() - self.monotonic_anchor_ns

    def shifted(self, offset_ns: int) -> "AnchoredClock":
        """The same clock, put forward by `offset_ns`."""
        return AnchoredClock(self.wall_anchor_ns + offset_ns, self.monotonic_anchor_ns, self.monotonic_ns)
