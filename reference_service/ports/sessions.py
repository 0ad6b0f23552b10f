"""Sessions in PostgreSQL: their beginning, the exchange of refresh tokens, their end.

Beginning, end and second use of a token are audited.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import asyncpg

from reference_service.identity.access_token import Session
from reference_service.identity.identity import Identity
from reference_service.limits.tiers import Tier
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard

CEILING_S = 30.0
BEGIN = "SELECT begin_session($1, $2, $3, $4, $5, $6)"
EXCHANGE = "SELECT * FROM exchange_refresh_token($1, $2, $3, $4)"
END = "SELECT end_session($1, $2, $3)"


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


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A refresh token as it came: its tenant, and its hash under each pepper that is believed."""

    tenant_id: str
    hashes: tuple[bytes, ...]


class Sessions:
    """Every statement runs under the tenant's policies.

    All raise DependencyUnavailableError, DeadlineExceededError.
    """

    def __init__(self, pool: PostgresPool, guard: Guard, reserve_s: float) -> None:
        self._pool = pool
        self._guard = guard
        self._reserve_s = reserve_s

    async def begin(
        self, session: Session, token_hash: bytes, life_s: float, request_id: str, deadline: Deadline
    ) -> Session | None:
        """A new session, with the time at which it ends; None when its key is not good any more."""
        identity = session.identity

        async def work(connection: asyncpg.Connection) -> datetime | None:
            ends_at: datetime | None = await connection.fetchval(
                BEGIN,
                identity.tenant_id,
                identity.key_hash,
                session.family_id,
                token_hash,
                timedelta(seconds=life_s),
                request_id,
            )
            return ends_at

        ends_at = await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S, self._reserve_s)
        if ends_at is None:
            return None
        return replace(session, identity=replace(identity, expires_at=ends_at))

    async def exchange(
        self, given: GivenToken, next_hash: bytes, request_id: str, deadline: Deadline
    ) -> Exchanged:
        """Puts the next refresh token in the place of this one, once. A second use ends the session."""

        async def work(connection: asyncpg.Connection) -> asyncpg.Record | None:
            return await connection.fetchrow(
                EXCHANGE, given.tenant_id, list(given.hashes), next_hash, request_id
            )

        row = await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S, self._reserve_s)
        if row is None or row["outcome"] != Exchange.ROTATED:
            return Exchanged(Exchange(row["outcome"]) if row is not None else Exchange.UNKNOWN, None)
        identity = Identity(
            row["key_hash"],
            given.tenant_id,
            Tier(row["tier"]),
            frozenset(row["permissions"]),
            row["ends_at"],
        )
        return Exchanged(Exchange.ROTATED, Session(identity, row["family_id"]))

    async def end(self, given: GivenToken, request_id: str, deadline: Deadline) -> bool:
        """Ends the session of a refresh token, used or not; whether there was one to end."""

        async def work(connection: asyncpg.Connection) -> object:
            return await connection.fetchval(END, given.tenant_id, list(given.hashes), request_id)

        return bool(
            await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S, self._reserve_s)
        )
