"""PostgreSQL: what a reader asks of the outbox, and probes."""

from __future__ import annotations

import asyncpg

from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard
from reference_service.writes.change import ChangeKind

CEILING_S = 30.0  # no call outlasts it, whatever its deadline: the analysis, section 2.1

NEWEST_IN_OUTBOX = "SELECT * FROM newest_in_outbox($1, $2)"
# Connection, feature, transaction state, statement name, authorization, catalog, schema, rollback, syntax or
# access rule, resources, intervention, system, internal; and none at all.
FAULT_CLASSES = frozenset(("08", "0A", "25", "26", "28", "3D", "3F", "40", "42", "53", "57", "58", "XX", ""))
TOUCH_PROBE = """
INSERT INTO service_probe (only_one, probed_at) VALUES (true, now())
ON CONFLICT (only_one) DO UPDATE SET probed_at = EXCLUDED.probed_at
"""


class Postgres:
    """The service's role: it is not the owner, and row-level security shows it one tenant at a time."""

    def __init__(self, pool: PostgresPool, reads: Guard, writes: Guard) -> None:
        self.pool = pool
        self.reads = reads
        self.writes = writes

    async def newest_in_outbox(
        self, tenant_id: str, document_id: str, deadline: Deadline, reserve_s: float
    ) -> tuple[int, str | None] | None:
        """Version and JSON (None: deleted) of the newest accepted change the outbox still holds, if any."""

        async def work(connection: asyncpg.Connection) -> asyncpg.Record | None:
            return await connection.fetchrow(NEWEST_IN_OUTBOX, tenant_id, document_id)

        row = await self.reads.call(lambda: self.pool.run(work), deadline, CEILING_S, reserve_s)
        if row is None:
            return None
        return row["version"], row["document"] if row["operation"] == ChangeKind.INDEX.value else None

    async def probe_read(self) -> None:
        """Raises unless a statement is answered."""

        async def work(connection: asyncpg.Connection) -> object:
            return await connection.fetchval("SELECT 1")

        await self.pool.run(work)

    async def probe_write(self) -> None:
        """Raises unless a transaction commits."""

        async def work(connection: asyncpg.Connection) -> object:
            return await connection.execute(TOUCH_PROBE)

        await self.pool.run(work)


def is_fault(error: Exception) -> bool:
    """True for lost, refused, exhausted connections, and for a server that cannot work.

    That is every class of SQLSTATE that tells of the server, its schema or the connection and not of the
    data, and what never got there. A shutdown shows as 57P01, 08003, 08006, InterfaceError or a refused
    connection; a schema that is not yet migrated as 42883 or 42P01; a standby as 25006.
    """
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "")[:2] in FAULT_CLASSES
    return isinstance(error, OSError | EOFError | asyncpg.InterfaceError | asyncpg.InternalClientError)


def is_transient(error: Exception) -> bool:
    """Lost connections and shutdowns, as they show, and deadlocks: the analysis, section 2.2, in its spirit.

    Exhausted connections are not: asking again at once makes them worse.
    """
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state[:2] in ("08", "40") or state in ("57P01", "57P02", "57P03")
    return isinstance(error, ConnectionError | EOFError | asyncpg.InterfaceError)
