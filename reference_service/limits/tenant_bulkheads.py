"""How many requests of one tenant may be under way at once: slow answers to one must not take all room."""

from __future__ import annotations

from collections.abc import Mapping

from reference_service.limits.tiers import Tier
from reference_service.resilience import Bulkhead

# Per worker. Above what a tenant within its limits has under way when every answer takes its whole deadline.
MOST_AT_ONCE: Mapping[Tier, int] = {Tier.FREE: 16, Tier.STANDARD: 64, Tier.ENTERPRISE: 256}


class TenantBulkheads:
    """One per tenant that has something under way; idle ones are forgotten."""

    def __init__(self) -> None:
        self._bulkheads: dict[str, Bulkhead] = {}

    def enter(self, tenant_id: str, tier: Tier) -> bool:
        """Comes in if the tenant has room; then the caller must `leave`."""
        bulkhead = self._bulkheads.get(tenant_id)
        if bulkhead is None:
            bulkhead = self._bulkheads[tenant_id] = Bulkhead(tenant_id, MOST_AT_ONCE[tier])
        return bulkhead.enter_now()

    def leave(self, tenant_id: str) -> None:
        """One request of the tenant has ended."""
        bulkhead = self._bulkheads[tenant_id]
        bulkhead.leave()
        if bulkhead.idle:
            del self._bulkheads[tenant_id]

    @property
    def under_way(self) -> int:
        """Requests of all tenants."""
        return sum(bulkhead.in_use for bulkhead in self._bulkheads.values())
