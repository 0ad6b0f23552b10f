"""Which tenants' documents are on their way into a new index, as relays are told in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

DELIVERING = 7_305_804_403  # any constant: shared by relays, held alone by whoever changes what they write to
SHARE = f"SELECT pg_advisory_xact_lock_shared({DELIVERING})"
ALONE = "SELECT pg_advisory_xact_lock($1)"
# A batch under way holds the lock for as long as Elasticsearch takes; nobody queues behind us for longer.
WAIT_FOR_BATCHES = "SET LOCAL lock_timeout = '10s'"
REINDEXING = 305_804  # any constant; the tenant makes the other half of the key


class ReindexRunningError(Exception):
    """Another process reindexes this tenant."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A deleted document and the version of its deletion."""

    document_id: str
    version: int


class IndexBuilds:
    """One connection of the owner's; its end gives the lock of `only_one` back."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def tenants(self) -> Sequence[str]:
        """All of them."""
        rows = await self._connection.fetch("SELECT tenant_id FROM tenants ORDER BY tenant_id")
        return [row["tenant_id"] for row in rows]

    @asynccontextmanager
    async def only_one(self, tenant_id: str) -> AsyncIterator[None]:
        """For the body, nobody else reindexes the tenant. Raises ReindexRunningError."""
        key = (REINDEXING, tenant_id)
        if not await self._connection.fetchval("SELECT pg_try_advisory_lock($1, hashtext($2))", *key):
            raise ReindexRunningError(
                f"{tenant_id}: another process reindexes it. One at a time is allowed. "
                "Next: let that one end; if it was killed, its lock goes with its connection."
            )
        try:
            yield
        finally:
            if not self._connection.is_closed():
                await self._connection.execute("SELECT pg_advisory_unlock($1, hashtext($2))", *key)

    async def target(self, tenant_id: str) -> str | None:
        """The index that relays write to besides, if any."""
        found: str | None = await self._connection.fetchval(
            "SELECT target FROM index_builds WHERE tenant_id = $1", tenant_id
        )
        return found

    async def begin(self, tenant_id: str, target: str) -> None:
        """When it returns, whatever is delivered goes to `target`, too, and no earlier batch is under way."""
        async with self._alone():
            await self._connection.execute(
                "INSERT INTO index_builds (tenant_id, target) VALUES ($1, $2)", tenant_id, target
            )

    @asynccontextmanager
    async def ending(self, tenant_id: str) -> AsyncIterator[None]:
        """No relay delivers during the body; after it they write to one index again. Keep the body short."""
        async with self._alone():
            yield
            await self._connection.execute("DELETE FROM index_builds WHERE tenant_id = $1", tenant_id)

    async def tombstones(self, tenant_id: str, after: str, bound: int) -> Sequence[Tombstone]:
        """The next `bound` deleted documents behind the id `after`."""
        rows = await self._connection.fetch(
            "SELECT document_id, version FROM document_metadata WHERE tenant_id = $1 AND document_id > $2"
            " AND deleted_at IS NOT NULL ORDER BY document_id LIMIT $3",
            tenant_id,
            after,
            bound,
        )
        return [Tombstone(row["document_id"], row["version"]) for row in rows]

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        async with self._connection.transaction():
            await self._connection.execute(WAIT_FOR_BATCHES)
            await self._connection.execute(ALONE, DELIVERING)
            yield
