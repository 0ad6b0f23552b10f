"""Which tier a tenant has, as a series that others are joined with."""

from __future__ import annotations

from prometheus_client import Gauge

from reference_service.observability.tenant_labels import OTHER


class TenantTiers:
    """1 for a tenant's present tier, 0 for the ones that it had."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._present: dict[str, str] = {}

    def note(self, tenant: str, tier: str | None) -> None:
        """A tenant by its label; nobody, and those that are told as one, have none."""
        before = self._present.get(tenant)
        if tier is None or tier == before or tenant in {"", OTHER}:
            return
        if before is not None:
            self._gauge.labels(tenant, before).set(0)
        self._gauge.labels(tenant, tier).set(1)
        self._present[tenant] = tier
