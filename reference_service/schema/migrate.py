"""Applies the SQL files that a database does not have yet, in order; the service goes on meanwhile.

Forward only, and so that the version before goes on working: a file expands (adds what the next version
needs), a `.backfill.sql` fills it in batches, a file of a later release contracts (drops what none uses).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.postgres_connection import connect_postgres

LOCK = 7_305_804_402  # any constant: two migrations of one database run one after the other
AUDIT_MONTHS_AHEAD = 12
FILE_NAME = re.compile(r"(\d{4})_\w+(\.backfill)?\.sql")
# Whoever waits for a table's lock makes everybody else wait behind it: better to give up and come again.
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '500ms'"
TRIES, PAUSE_S = 60, 0.5


class MigrationConflictError(Exception):
    """The database holds something else than the files say."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `number` orders it, `digest` shows whether it was changed after it was applied."""

    number: int
    name: str
    sql: str
    digest: str
    in_batches: bool = False  # one statement that changes some rows; it is run until it changes none


def migrations() -> Sequence[Migration]:
    """All of them, in order."""
    found = []
    for entry in files(__package__).iterdir():
        match = FILE_NAME.fullmatch(entry.name)
        if match:
            sql = entry.read_text()
            digest = hashlib.sha256(sql.encode()).hexdigest()
            found.append(Migration(int(match[1]), entry.name, sql, digest, match[2] is not None))
    return sorted(found, key=lambda migration: migration.number)


async def migrate(dsn: str, tls: DependencyTls, wanted: Sequence[Migration] | None = None) -> Sequence[str]:
    """Brings the database of `dsn` (its owner's) up to date, making it if need be; names what it applied.

    Raises MigrationConflictError when an applied file has been changed, asyncpg and OS errors otherwise.
    Stopped or failed, it goes on where it was when it is called again.
    """
    await _make_database(dsn, tls)
    connection = await connect_postgres(dsn, tls)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (number integer PRIMARY KEY, name text NOT NULL,"
            " digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = await connection.fetch("SELECT number, name, digest FROM schema_migrations")
        applied = {row["number"]: row["digest"] for row in rows}
        done = [m.name for m in wanted or migrations() if await _apply(connection, m, applied.get(m.number))]
        await connection.execute("SELECT ensure_audit_months($1)", AUDIT_MONTHS_AHEAD)
        return done
    finally:
        await connection.close(timeout=5)


async def _apply(connection: asyncpg.Connection, migration: Migration, digest: str | None) -> bool:
    if digest == migration.digest:
        return False
    if digest is not None:
        raise MigrationConflictError(
            f"{migration.name} differs from what was applied to this database. "
            "Applied files stay as they are: put the change into a new file, or, if the data may go, "
            "drop the database and migrate again."
        )
    while migration.in_batches and await _run(connection, migration) != "UPDATE 0":
        pass
    if not migration.in_batches:
        await _run(connection, migration, and_note=True)
    else:
        await _note(connection, migration)
    return True


async def _run(connection: asyncpg.Connection, migration: Migration, *, and_note: bool = False) -> str:
    for tries in range(1, TRIES + 1):
        try:
            async with connection.transaction():
                await connection.execute(LOCK_TIMEOUT)
                status = await connection.execute(migration.sql)
                if and_note:
                    await _note(connection, migration)
                return status
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            if tries == TRIES:
                raise
            await asyncio.sleep(PAUSE_S)
    raise AssertionError("unreachable: the last try returns or raises")


async def _note(connection: asyncpg.Connection, migration: Migration) -> None:
    await connection.execute(
        "INSERT INTO schema_migrations (number, name, digest) VALUES ($1, $2, $3)",
        migration.number,
        migration.name,
        migration.digest,
    )


async def _make_database(dsn: str, tls: DependencyTls) -> None:
    try:
        connection = await connect_postgres(dsn, tls)
    except asyncpg.InvalidCatalogNameError:
        parts = urlsplit(dsn)
        name = parts.path.removeprefix("/")
        connection = await connect_postgres(urlunsplit(parts._replace(path="/postgres")), tls)
        try:
            quoted = name.replace('"', '""')
            await connection.execute(f'CREATE DATABASE "{quoted}"')
        except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            return  # somebody else has just made it
        finally:
            await connection.close(timeout=5)
    else:
        await connection.close(timeout=5)
