"""How many accepted changes may wait for Elasticsearch before new ones are refused."""

from __future__ import annotations

from reference_service.resilience import DependencyUnavailableError

# What the relay carries at least when Elasticsearch is well; measured: docs/measurements.md, bulks.
DRAIN_PER_S = 1000
LEAST_WAIT_S, MOST_WAIT_S = 1.0, 60.0


class Backlog:
    """Full at `high_water` changes, and until a tenth of them are gone: clients do not hit the mark in turns.

    The depth is looked at every few seconds; what this worker accepts meanwhile is added at once. Others do
    the same, so that all together pass the mark by no more than they accept between two looks.
    """

    def __init__(self, high_water: int) -> None:
        self._high_water = high_water
        self._low_water = high_water - high_water // 10
        self._waiting = 0
        self._full = False

    @property
    def is_full(self) -> bool:
        """Whether new changes are refused."""
        return self._full

    def observe(self, waiting: int) -> None:
        """So many wait, in the outbox of all workers."""
        self._waiting = waiting
        self._judge()

    def require_room(self) -> None:
        """Raises DependencyUnavailableError, with the time after which trying again may help."""
        if self._full:
            wait_s = (self._waiting - self._low_water) / DRAIN_PER_S
            raise DependencyUnavailableError(
                "elasticsearch",
                f"{self._waiting} accepted changes wait for it, and {self._high_water} may",
                min(MOST_WAIT_S, max(LEAST_WAIT_S, wait_s)),
            )

    def accepted(self, changes: int) -> None:
        """So many more wait from now on."""
        self._waiting += changes
        self._judge()

    def _judge(self) -> None:
        self._full = self._waiting >= (self._low_water if self._full else self._high_water)
