"""How many accepted changes may wait for Elasticsearch before new ones are refused."""

from __future__ import annotations

from collections.abc import Mapping

from reference_service.resilience import DependencyUnavailableError
from reference_service.writes.high_water import HighWater

# What the relay carries at least when Elasticsearch is well; measured: docs/measurements.md, bulks.
DRAIN_PER_S = 1000
LEAST_WAIT_S, MOST_WAIT_S = 1.0, 60.0


class Backlog:
    """A mark for the changes of all tenants, and a lower one for those of each.

    A tenant whose index is in trouble reaches its own mark, and leaves room to everybody else. The depth is
    looked at every few seconds; what this worker accepts meanwhile is added at once. Others do the same, so
    that all together pass a mark by no more than they accept between two looks.
    """

    def __init__(self, high_water: int, tenant_share: float) -> None:
        self._all = HighWater(high_water)
        self._tenant_mark = max(1, round(high_water * tenant_share))
        self._tenants: dict[str, HighWater] = {}

    @property
    def is_full(self) -> bool:
        """Whether everybody's new changes are refused."""
        return self._all.is_reached

    def observe(self, waiting: Mapping[str, int]) -> None:
        """So many wait of each tenant, in the outbox of all workers."""
        self._all.observe(sum(waiting.values()))
        self._tenants = {tenant_id: self._of(tenant_id) for tenant_id in waiting}
        for tenant_id, number in waiting.items():
            self._tenants[tenant_id].observe(number)

    def require_room(self, tenant_id: str) -> None:
        """Raises DependencyUnavailableError, with the time after which trying again may help."""
        own = self._of(tenant_id)
        for mark, whose in ((self._all, "accepted changes"), (own, f"accepted changes of {tenant_id}")):
            if mark.is_reached:
                raise DependencyUnavailableError(
                    "elasticsearch",
                    f"{mark.level} {whose} wait for it, and {mark.mark} may",
                    min(MOST_WAIT_S, max(LEAST_WAIT_S, mark.above / DRAIN_PER_S)),
                )

    def accepted(self, tenant_id: str, changes: int) -> None:
        """So many more wait from now on."""
        self._all.observe(self._all.level + changes)
        own = self._tenants[tenant_id] = self._of(tenant_id)
        own.observe(own.level + changes)

    def _of(self, tenant_id: str) -> HighWater:
        return self._tenants.get(tenant_id) or HighWater(self._tenant_mark)
