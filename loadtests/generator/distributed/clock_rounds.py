"""How far a worker's clock is from its master's, from timestamps, as NTP does it (RFC 5905, section 8)."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.run_record import ClockReading


@dataclass(frozen=True, slots=True)
class ClockRound:
    """One question and its answer."""

    asked_ns: int
    """By the worker's clock."""
    received_ns: int
    """By the master's."""
    told_ns: int
    """By the master's."""
    heard_ns: int
    """By the worker's."""

    @property
    def round_trip_ns(self) -> int:
        """Time on the way, both ways together."""
        return (self.heard_ns - self.asked_ns) - (self.told_ns - self.received_ns)

    @property
    def offset_ns(self) -> int:
        """What is to be added to the worker's clock, if both ways took the same."""
        return ((self.received_ns - self.asked_ns) + (self.told_ns - self.heard_ns)) // 2


def read_clock(rounds: Iterable[ClockRound]) -> ClockReading:
    """What the round with the least round trip says: half of that is the most it can be wrong by, however
    the time on the way was shared between there and back. Raises ValueError when there is no round.
    """
    best = min(rounds, key=lambda one: one.round_trip_ns)
    return ClockReading(best.told_ns, best.offset_ns, -(-best.round_trip_ns // 2))
