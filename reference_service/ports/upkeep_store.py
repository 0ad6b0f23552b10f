"""What upkeep does in PostgreSQL, each step in a transaction that a later holder of the lock cuts off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import asyncpg

from reference_service.locks.lease import Lease
from reference_service.ports.fences import pass_fence
from reference_service.ports.postgres_pool import PostgresPool, Work
from reference_service.resilience import Deadline, Guard

SESSIONS_AT_ONCE = 1000
KEEP_AUDIT = "SELECT keep_audit_log($1, $2)"
END_SESSIONS = (
    "WITH old AS (DELETE FROM token_families WHERE family_id IN"
    " (SELECT family_id FROM token_families WHERE expires_at < now() - $1::interval"
    " ORDER BY expires_at LIMIT $2) RETURNING 1) SELECT count(*) FROM old"
)


class UpkeepStore:
    """Raises LockLostError for an overtaken holder, DependencyUnavailableError, DeadlineExceededError."""

    def __init__(self, pool: PostgresPool, guard: Guard, now_s: Callable[[], float], limit_s: float) -> None:
        self._pool = pool
        self._guard = guard
        self._now_s = now_s
        self._limit_s = limit_s

    async def keep_audit(self, lease: Lease, months_ahead: int, keep: timedelta) -> list[str] | None:
        """Makes the coming months' partitions; drops those of which all is older than `keep`, and names them.

        None when the log was in use for too long: nothing was done.
        """

        async def work(connection: asyncpg.Connection) -> list[str] | None:
            async with connection.transaction():
                await pass_fence(connection, lease)
                return list(await connection.fetchval(KEEP_AUDIT, months_ahead, keep))

        try:
            return await self._call(work)
        except asyncpg.LockNotAvailableError:
            return None

    async def end_sessions(self, lease: Lease, keep: timedelta) -> int:
        """Deletes sessions that ended longer ago; how many. Fewer than SESSIONS_AT_ONCE: these were all."""

        async def work(connection: asyncpg.Connection) -> int:
            async with connection.transaction():
                await pass_fence(connection, lease)
                return int(await connection.fetchval(END_SESSIONS, keep, SESSIONS_AT_ONCE))

        return await self._call(work)

    async def _call[T](self, work: Work[T]) -> T:
        deadline = Deadline.after(self._limit_s, self._now_s)
        return await self._guard.call(lambda: self._pool.run(work), deadline, self._limit_s)
