"""Jobs in PostgreSQL: what the outbox says of the rows that one request left there."""

from __future__ import annotations

import asyncpg

from reference_service.jobs.job import Job
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard
from reference_service.writes.receipt import Durability

CEILING_S = 30.0
FIND = "SELECT * FROM job_in_outbox($1, $2)"


class Jobs:
    """Remembered as long as the outbox keeps its rows."""

    def __init__(self, pool: PostgresPool, guard: Guard) -> None:
        self._pool = pool
        self._guard = guard

    async def find(self, tenant_id: str, job_id: str, deadline: Deadline, reserve_s: float) -> Job | None:
        """The tenant's job. Raises DependencyUnavailableError, DeadlineExceededError."""

        async def work(connection: asyncpg.Connection) -> asyncpg.Record | None:
            return await connection.fetchrow(FIND, tenant_id, job_id)

        row = await self._guard.call(lambda: self._pool.run(work), deadline, CEILING_S, reserve_s)
        if row is None or not row["documents"]:
            return None
        accepted_ms = round(row["accepted_at"].timestamp() * 1000)
        return Job(
            job_id, accepted_ms, row["documents"], row["indexed"], row["failed"], Durability.REPLICATED.value
        )
