"""Whose keys there are, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import asyncpg

from reference_service.identity.identity import Identity
from reference_service.identity.identity_news import IdentityNews
from reference_service.limits.tiers import Tier
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard

CEILING_S = 30.0
OF_KEY = "SELECT * FROM identity_for_key($1)"
ACTIVE = "SELECT * FROM active_identities($1)"
NEWS = "SELECT * FROM identity_changes($1)"


class Identities:
    """Asks functions that see the keys of all tenants.

    All raise DependencyUnavailableError, DeadlineExceededError.
    """

    def __init__(self, pool: PostgresPool, guard: Guard, limit_s: float) -> None:
        self._pool = pool
        self._guard = guard
        self._limit_s = limit_s

    async def of_key(self, key_hash: bytes, deadline: Deadline) -> Identity | None:
        """The identity behind a key, None if it is not valid."""

        async def work(connection: asyncpg.Connection) -> asyncpg.Record | None:
            return await connection.fetchrow(OF_KEY, key_hash)

        row = await self._guard.call(lambda: self._pool.run(work), deadline, self._limit_s)
        return _identity(row) if row is not None else None

    async def active(self, bound: int, deadline: Deadline) -> Sequence[Identity]:
        """At most `bound` valid identities, the latest keys' first."""

        async def work(connection: asyncpg.Connection) -> list[asyncpg.Record]:
            return await connection.fetch(ACTIVE, bound)

        rows = await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S)
        return [_identity(row) for row in rows]

    async def news(self, since_s: float, deadline: Deadline) -> IdentityNews:
        """What ended or changed in the last `since_s`."""

        async def work(connection: asyncpg.Connection) -> asyncpg.Record | None:
            return await connection.fetchrow(NEWS, timedelta(seconds=since_s))

        row = await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S)
        if row is None:
            raise RuntimeError("identity_changes gave no row")
        tiers = {tenant: Tier(tier) for tenant, tier in zip(row["tenants"], row["tiers"], strict=True)}
        return IdentityNews(row["sessions"], row["keys"], tiers)


def _identity(row: asyncpg.Record) -> Identity:
    return Identity(
        row["key_hash"], row["tenant_id"], Tier(row["tier"]), frozenset(row["permissions"]), row["expires_at"]
    )
