"""How long things took that should have taken no time."""

from dataclasses import dataclass

LATE_NS = 10_000_000
"""What was due meanwhile is late, by the measure that a run is judged by, when it waited longer than this."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """Of one stretch, in seconds."""

    max_s: float
    """The longest."""
    sum_s: float
    """All together."""
    late_s: float
    """All beyond the first 10 ms of each: whatever was due then started more than 10 ms late."""


class LatenessCounter:
    """Adds up, until it is read."""

    def __init__(self) -> None:
        self._max_ns = self._sum_ns = self._late_ns = 0

    def add(self, took_ns: int) -> None:
        """Something took this long."""
        self._max_ns = max(self._max_ns, took_ns)
        self._sum_ns += took_ns
        self._late_ns += max(0, took_ns - LATE_NS)

    def take(self) -> Lateness:
        """What was added since the last time."""
        taken = Lateness(self._max_ns / 1e9, self._sum_ns / 1e9, self._late_ns / 1e9)
        self._max_ns = self._sum_ns = self._late_ns = 0
        return taken
