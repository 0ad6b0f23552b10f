"""PostgreSQL: what a reader asks of it, and probes."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard
from reference_service.writes.change import ChangeKind

CEILING_S = 30.0  # no call outlasts it, whatever its deadline: the analysis, section 2.1

NEWEST_KNOWN = "SELECT * FROM newest_known($1, $2)"
# Connection, feature, transaction state, statement name, authorization, catalog, schema, rollback, syntax or
# access rule, resources, intervention, system, internal; and none at all.
FAULT_CLASSES = frozenset(("08", "0A", "25", "26", "28", "3D", "3F", "40", "42", "53", "57", "58", "XX", ""))
TOUCH_PROBE = """
INSERT INTO service_probe (only_one, probed_at) VALUES (true, now())
ON CONFLICT (only_one) DO UPDATE SET probed_at = EXCLUDED.probed_at
"""


@dataclass(frozen=True, slots=True)
class KnownChange:
    """A document's state at a version; `document_json` is None for its deletion."""

    version: int
    document_json: str | None


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What PostgreSQL knows of a document.

    `newest`: the newest change of which it has the content, or that deletes. `recorded`: the version that the
    document has, whoever has its content; None for what is no document, or is deleted.
    """

    newest: KnownChange | None = None
    recorded: int | None = None


class Postgres:
    """The service's role: it is not the owner, and row-level security shows it one tenant at a time."""

    def __init__(self, pool: PostgresPool, reads: Guard, writes: Guard) -> None:
        self.pool = pool
        self.reads = reads
        self.writes = writes

    async def newest_known(
        self, tenant_id: str, document_id: str, deadline: Deadline, reserve_s: float
    ) -> KnownDocument:
        """Of the outbox and of what is recorded. Raises DependencyUnavailableError, DeadlineExceededError."""

        async def work(connection: asyncpg.Connection) -> asyncpg.Record | None:
            return await connection.fetchrow(NEWEST_KNOWN, tenant_id, document_id)

        row = await self.reads.call(lambda: self.pool.run(work), deadline, CEILING_S, reserve_s)
        if row is None:
            raise RuntimeError("newest_known gave no row")
        return _known(row)

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


def _known(row: asyncpg.Record) -> KnownDocument:
    """A deletion that outlived its row in the outbox is as good as one that is still there."""
    changes = []
    if row["version"] is not None:
        indexes = row["operation"] == ChangeKind.INDEX.value
        changes.append(KnownChange(row["version"], row["document"] if indexes else None))
    if row["recorded"] is not None and row["deleted"]:
        changes.append(KnownChange(row["recorded"], None))
    newest = max(changes, key=lambda change: change.version, default=None)
    return KnownDocument(newest, None if row["deleted"] else row["recorded"])


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
