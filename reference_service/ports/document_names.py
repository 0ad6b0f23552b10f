"""Which documents there have ever been, of all tenants, through the relay's role."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import asyncpg

from reference_service.ports.outbox import SET_ROLE
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard

type Name = tuple[str, str]

FIRST: Name = ("", "")
PAGE = """
SELECT tenant_id, document_id FROM document_metadata
WHERE (tenant_id, document_id) > ($1, $2) ORDER BY tenant_id, document_id LIMIT $3
"""


class DocumentNames:
    """Read a page at a time, in short transactions: no snapshot is held open over millions of rows."""

    def __init__(self, pool: PostgresPool, guard: Guard, now_s: Callable[[], float], limit_s: float) -> None:
        self._pool = pool
        self._guard = guard
        self._now_s = now_s
        self._limit_s = limit_s

    async def page(self, after: Name, most: int) -> Sequence[Name]:
        """The next names, of tenant and document. Raises DependencyUnavailableError."""

        async def work(connection: asyncpg.Connection) -> Sequence[Name]:
            async with connection.transaction(readonly=True):
                await connection.execute(SET_ROLE)
                rows = await connection.fetch(PAGE, *after, most)
                return [(row["tenant_id"], row["document_id"]) for row in rows]

        deadline = Deadline.after(self._limit_s, self._now_s)
        return await self._guard.call(lambda: self._pool.run(work), deadline, self._limit_s)
