"""Accepted changes that Elasticsearch refuses, or PostgreSQL after an outage, and another try for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from reference_service.ports.admin_transactions import Admin, AdminTransactions, audit

LIST = "SELECT * FROM dead_letters($1, $2, $3)"
RETRY = "SELECT retry_dead_letters($1, $2)"
# Well within the deadline of administration, though each may be a replay.
RETRIED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A change that will not be accepted as it is."""

    sequence: int
    document_id: str
    version: int
    operation: str
    dead_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Retried:
    """How many will be tried again; `following`: there are more behind this number."""

    number: int
    following: int | None


class DeadLetters:
    """Every retry is audited. All raise DependencyUnavailableError, DeadlineExceededError."""

    def __init__(self, transactions: AdminTransactions) -> None:
        self._transactions = transactions

    async def page(self, admin: Admin, after: int, bound: int) -> Sequence[DeadLetter]:
        """At most `bound` behind the number `after`, the oldest first."""

        async def work(connection: asyncpg.Connection) -> list[asyncpg.Record]:
            return await connection.fetch(LIST, admin.tenant_id, after, bound)

        return [
            DeadLetter(
                r["sequence"], r["document_id"], r["version"], r["operation"], r["dead_at"], r["error"] or ""
            )
            for r in await self._transactions.run(admin, work)
        ]

    async def retry(self, admin: Admin, sequence: int) -> bool:
        """Has one tried again; whether there was such a one."""

        async def work(connection: asyncpg.Connection) -> bool:
            if not await connection.fetchval(RETRY, admin.tenant_id, [sequence]):
                return False
            await audit(connection, admin, "dead-letter.retry", str(sequence))
            return True

        return await self._transactions.run(admin, work)

    async def retry_all(self, admin: Admin, after: int) -> Retried:
        """Has those behind the number `after` tried again, the oldest first, at most RETRIED_AT_ONCE."""

        async def work(connection: asyncpg.Connection) -> Retried:
            rows = await connection.fetch(LIST, admin.tenant_id, after, RETRIED_AT_ONCE)
            sequences = [row["sequence"] for row in rows]
            number = int(await connection.fetchval(RETRY, admin.tenant_id, sequences))
            if number:
                await audit(connection, admin, "dead-letters.retry", str(number))
            return Retried(number, sequences[-1] if len(rows) == RETRIED_AT_ONCE else None)

        return await self._transactions.run(admin, work)
