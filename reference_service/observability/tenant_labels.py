"""Bounds the tenants that metrics tell apart."""

from __future__ import annotations

OTHER = "other"


class TenantLabels:
    """The first `bound` seen by their ids, all others as one. Each worker sees for itself."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._seen: set[str] = set()

    def label(self, tenant_id: str | None) -> str:
        """The tenant's id, or `other`; nothing for a request of nobody known."""
        if tenant_id is None:
            return ""
        if tenant_id in self._seen:
            return tenant_id
        if len(self._seen) >= self._bound:
            return OTHER
        self._seen.add(tenant_id)
        return tenant_id
