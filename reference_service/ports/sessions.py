"""Sessions in PostgreSQL: their beginning, the exchange of refresh tokens, their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import asyncpg

from reference_service.identity.access_token import Session
from reference_service.identity.identity import Identity
from reference_service.limits.tiers import Tier
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard

CEILING_S = 30.0
SET_TENANT = "SELECT set_config('stormproof.tenant_id', $1, true)"
BEGIN_FAMILY = """
INSERT INTO token_families (family_id, tenant_id, key_hash, expires_at) VALUES ($1, $2, $3, now() + $4)
"""
ADD_TOKEN = "INSERT INTO refresh_tokens (token_hash, family_id, tenant_id) VALUES ($1, $2, $3)"  # noqa: S105 - a statement
ROTATE = "SELECT * FROM rotate_refresh_token($1, $2, $3)"
END = """
UPDATE token_families f SET revoked_at = coalesce(f.revoked_at, now()) FROM refresh_tokens t
WHERE t.tenant_id = $1 AND t.token_hash = $2 AND f.family_id = t.family_id RETURNING f.family_id
"""


class Exchange(StrEnum):
    """How the exchange of a refresh token ended."""

    ROTATED = "rotated"
    REUSED = "reused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """`session` is whose it is, when it was rotated."""

    outcome: Exchange
    session: Session | None


class Sessions:
    """Every statement runs under the tenant's policies. All raise DependencyUnavailableError."""

    def __init__(self, pool: PostgresPool, guard: Guard) -> None:
        self._pool = pool
        self._guard = guard

    async def begin(self, session: Session, token_hash: bytes, life_s: float, deadline: Deadline) -> None:
        """A new session with its first refresh token."""
        identity = session.identity

        async def work(connection: asyncpg.Connection) -> None:
            async with connection.transaction():
                await connection.execute(SET_TENANT, identity.tenant_id)
                await connection.execute(
                    BEGIN_FAMILY,
                    session.family_id,
                    identity.tenant_id,
                    identity.key_hash,
                    timedelta(seconds=life_s),
                )
                await connection.execute(ADD_TOKEN, token_hash, session.family_id, identity.tenant_id)

        await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S)

    async def exchange(
        self, tenant_id: str, token_hash: bytes, next_hash: bytes, deadline: Deadline
    ) -> Exchanged:
        """Puts the next refresh token in the place of this one, once."""

        async def work(connection: asyncpg.Connection) -> asyncpg.Record | None:
            return await connection.fetchrow(ROTATE, tenant_id, token_hash, next_hash)

        row = await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S)
        if row is None or row["outcome"] != Exchange.ROTATED:
            return Exchanged(Exchange(row["outcome"]) if row is not None else Exchange.UNKNOWN, None)
        identity = Identity(
            row["key_hash"], tenant_id, Tier(row["tier"]), frozenset(row["permissions"]), None
        )
        return Exchanged(Exchange.ROTATED, Session(identity, row["family_id"]))

    async def end(self, tenant_id: str, token_hash: bytes, deadline: Deadline) -> bool:
        """Ends the session of a refresh token, used or not; whether there was one."""

        async def work(connection: asyncpg.Connection) -> object:
            async with connection.transaction():
                await connection.execute(SET_TENANT, tenant_id)
                return await connection.fetchval(END, tenant_id, token_hash)

        return await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S) is not None
