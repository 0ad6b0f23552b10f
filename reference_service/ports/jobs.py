"""Jobs in PostgreSQL: what the outbox says of the rows that one request left there."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from reference_service.jobs.job import DocumentState, Job, JobDocument
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard
from reference_service.writes.receipt import Durability

CEILING_S = 30.0
FIND = 'SELECT * FROM job_documents($1, $2) ORDER BY document_id COLLATE "C"'


class Jobs:
    """Remembered as long as the outbox keeps its rows."""

    def __init__(self, pool: PostgresPool, guard: Guard) -> None:
        self._pool = pool
        self._guard = guard

    async def find(self, tenant_id: str, job_id: str, deadline: Deadline, reserve_s: float) -> Job | None:
        """The tenant's job. Raises DependencyUnavailableError, DeadlineExceededError."""

        async def work(connection: asyncpg.Connection) -> list[asyncpg.Record]:
            return await connection.fetch(FIND, tenant_id, job_id)

        rows = await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S, reserve_s)
        if not rows:
            return None
        latest = [at for row in rows if (at := _settled_at(row)) is not None]
        return Job(
            job_id,
            _ms(min(row["accepted_at"] for row in rows)),
            _ms(max(latest)) if latest else None,
            Durability.REPLICATED,
            tuple(JobDocument(row["document_id"], row["version"], _state(row)) for row in rows),
        )


def _state(row: asyncpg.Record) -> DocumentState:
    if row["version"] is None:
        return DocumentState.ABSENT
    if row["indexed_at"] is not None:
        return DocumentState.INDEXED
    return DocumentState.FAILED if row["dead_at"] is not None else DocumentState.ACCEPTED


def _settled_at(row: asyncpg.Record) -> datetime | None:
    """Nothing is done about an absent one after the acceptance."""
    at: datetime | None = (
        row["accepted_at"] if row["version"] is None else row["indexed_at"] or row["dead_at"]
    )
    return at


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
