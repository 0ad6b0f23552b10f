"""A tenant as its admin sees and changes it: tier and keys. Everything changed is audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from reference_service.errors import UnknownKeyError
from reference_service.limits.tiers import Tier
from reference_service.ports.admin_transactions import Admin, AdminTransactions, audit

OVERVIEW = """
SELECT t.tier, t.created_at,
  (SELECT count(*) FROM document_metadata m WHERE m.tenant_id = $1 AND m.deleted_at IS NULL) AS documents,
  (SELECT count(*) FROM outbox o
    WHERE o.tenant_id = $1 AND o.indexed_at IS NULL AND o.dead_at IS NULL) AS pending,
  (SELECT count(*) FROM outbox o WHERE o.tenant_id = $1 AND o.dead_at IS NOT NULL)
    + (SELECT count(*) FROM refused_changes r WHERE r.tenant_id = $1) AS dead
FROM tenants t WHERE t.tenant_id = $1
"""
# Good ones first: no number of keys that ended hides one that somebody can still use.
KEYS = """
SELECT api_key_id, permissions, created_at, expires_at, revoked_at FROM api_keys WHERE tenant_id = $1
ORDER BY revoked_at IS NULL AND coalesce(expires_at > now(), true) DESC, api_key_id DESC LIMIT 200
"""
ADD_KEY = """
INSERT INTO api_keys (key_hash, tenant_id, permissions, expires_at) VALUES ($2, $1, $3, $4)
RETURNING api_key_id, permissions, created_at, expires_at, revoked_at
"""
REVOKE_KEY = """
UPDATE api_keys SET revoked_at = now() WHERE tenant_id = $1 AND api_key_id = $2 AND revoked_at IS NULL
RETURNING api_key_id
"""
CHANGE_TIER = "UPDATE tenants SET tier = $2 WHERE tenant_id = $1 RETURNING tenant_id"


@dataclass(frozen=True, slots=True)
class TenantOverview:
    """`documents`: not deleted; `pending`: changes on their way to Elasticsearch; `dead`: refused ones."""

    tier: Tier
    created_at: datetime
    documents: int
    pending: int
    dead: int


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A key, without what would let anybody use it."""

    key_id: int
    permissions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class TenantAdmin:
    """All raise DependencyUnavailableError, DeadlineExceededError; UnknownKeyError if the tenant is gone."""

    def __init__(self, transactions: AdminTransactions) -> None:
        self._transactions = transactions

    async def overview(self, admin: Admin) -> TenantOverview:
        """The tenant now."""

        async def work(connection: asyncpg.Connection) -> asyncpg.Record | None:
            return await connection.fetchrow(OVERVIEW, admin.tenant_id)

        row = await self._transactions.run(admin, work)
        if row is None:
            raise UnknownKeyError  # its keys went with it
        return TenantOverview(
            Tier(row["tier"]), row["created_at"], row["documents"], row["pending"], row["dead"]
        )

    async def change_tier(self, admin: Admin, tier: Tier) -> None:
        """From now on the tenant is of this tier."""

        async def work(connection: asyncpg.Connection) -> None:
            if await connection.fetchval(CHANGE_TIER, admin.tenant_id, tier.value) is None:
                raise UnknownKeyError
            await audit(connection, admin, f"tier.{tier.value}", None)

        await self._transactions.run(admin, work)

    async def keys(self, admin: Admin) -> Sequence[KeyEntry]:
        """At most 200: the good ones first, the latest first of each."""

        async def work(connection: asyncpg.Connection) -> list[asyncpg.Record]:
            return await connection.fetch(KEYS, admin.tenant_id)

        return [_key(row) for row in await self._transactions.run(admin, work)]

    async def add_key(
        self, admin: Admin, key_hash: bytes, permissions: Sequence[str], expires_at: datetime | None
    ) -> KeyEntry:
        """A new key of the tenant."""

        async def work(connection: asyncpg.Connection) -> asyncpg.Record | None:
            row = await connection.fetchrow(ADD_KEY, admin.tenant_id, key_hash, list(permissions), expires_at)
            if row is not None:
                await audit(connection, admin, "key.create", str(row["api_key_id"]))
            return row

        row = await self._transactions.run(admin, work)
        if row is None:
            raise RuntimeError("a key that was added is not there")
        return _key(row)

    async def revoke_key(self, admin: Admin, key_id: int) -> bool:
        """Whether there was such a key that was good."""

        async def work(connection: asyncpg.Connection) -> bool:
            if await connection.fetchval(REVOKE_KEY, admin.tenant_id, key_id) is None:
                return False
            await audit(connection, admin, "key.revoke", str(key_id))
            return True

        return await self._transactions.run(admin, work)


def _key(row: asyncpg.Record) -> KeyEntry:
    return KeyEntry(
        row["api_key_id"], tuple(row["permissions"]), row["created_at"], row["expires_at"], row["revoked_at"]
    )
