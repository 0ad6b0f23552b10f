"""Applies the SQL files that a database does not have yet, in order, each in a transaction of its own."""

from __future__ import annotations

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
FILE_NAME = re.compile(r"(\d{4})_\w+\.sql")


class MigrationConflictError(Exception):
    """The database holds something else than the files say."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `number` orders it, `digest` shows whether it was changed after it was applied."""

    number: int
    name: str
    sql: str
    digest: str


def migrations() -> Sequence[Migration]:
    """All of them, in order."""
    found = []
    for entry in files(__package__).iterdir():
        match = FILE_NAME.fullmatch(entry.name)
        if match:
            sql = entry.read_text()
            found.append(Migration(int(match[1]), entry.name, sql, hashlib.sha256(sql.encode()).hexdigest()))
    return sorted(found, key=lambda migration: migration.number)


async def migrate(dsn: str, tls: DependencyTls) -> Sequence[str]:
    """Brings the database of `dsn` (its owner's) up to date, making it if need be; names what it applied.

    Raises MigrationConflictError when an applied file has been changed, asyncpg and OS errors otherwise.
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
        done = [m.name for m in migrations() if await _apply(connection, m, applied.get(m.number))]
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
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO schema_migrations (number, name, digest) VALUES ($1, $2, $3)",
            migration.number,
            migration.name,
            migration.digest,
        )
    return True


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
        except asyncpg.DuplicateDatabaseError:
            return  # somebody else has just made it
        finally:
            await connection.close(timeout=5)
    else:
        await connection.close(timeout=5)
