"""What a valid API key stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reference_service.limits.tiers import Tier


@dataclass(frozen=True, slots=True)
class Identity:
    """A tenant and what this key of it may do; `key_hash` identifies the key in the audit log."""

    key_hash: bytes
    tenant_id: str
    tier: Tier
    permissions: frozenset[str]
    expires_at: datetime | None

    def may(self, permission: str) -> bool:
        """True if the key carries the permission; admin covers all."""
        return permission in self.permissions or "admin" in self.permissions
