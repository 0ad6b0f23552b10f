"""What a valid API key stands for."""

from __future__ import annotations

from collections.abc import Sequence
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

    def may(self, permissions: Sequence[str]) -> bool:
        """True if the key carries one of them, or admin, which covers everything of its tenant."""
        return "admin" in self.permissions or not self.permissions.isdisjoint(permissions)
