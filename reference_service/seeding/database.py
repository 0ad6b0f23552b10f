"""Seeding's side of PostgreSQL. Its role must see past row-level security, as a superuser does."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from reference_service.identity.peppers import Peppers
from reference_service.seeding.corpus import document_id
from reference_service.seeding.tenants import SeededTenant

SEEDED_VERSION = 1  # below every version that the service's clock gives
PERMISSIONS = ["read", "write"]
UNTOUCHED = """
SELECT t.tenant_id,
  (SELECT count(*) FROM document_metadata m
    WHERE m.tenant_id = t.tenant_id AND m.version = $1 AND m.deleted_at IS NULL) AS seeded,
  (SELECT count(*) FROM document_metadata m WHERE m.tenant_id = t.tenant_id AND m.version > $1)
  + (SELECT count(*) FROM outbox o WHERE o.tenant_id = t.tenant_id) AS changed
FROM tenants t
"""


async def seeded_arguments(connection: asyncpg.Connection) -> str | None:
    """What the last completed seeding was asked for."""
    found: str | None = await connection.fetchval("SELECT arguments FROM seeding")
    return found


async def untouched(connection: asyncpg.Connection) -> dict[str, int]:
    """Tenants whose documents are as they were seeded, with their number."""
    rows = await connection.fetch(UNTOUCHED, SEEDED_VERSION)
    return {row["tenant_id"]: row["seeded"] for row in rows if not row["changed"]}


async def wipe(connection: asyncpg.Connection, keep: Sequence[str]) -> None:
    """Removes every tenant that is not to be kept, with all that belongs to it."""
    async with connection.transaction():
        await connection.execute("DELETE FROM seeding")
        for table in ("audit_log", "outbox", "document_metadata", "tenants"):
            await connection.execute(f"DELETE FROM {table} WHERE tenant_id <> ALL($1)", keep)  # noqa: S608 - own names


async def insert(connection: asyncpg.Connection, tenants: Sequence[SeededTenant], peppers: Peppers) -> None:
    """Tenants, their keys, and what is known of their documents."""
    async with connection.transaction():
        await connection.copy_records_to_table(
            "tenants", records=[(t.tenant_id, t.tier.value) for t in tenants], columns=("tenant_id", "tier")
        )
        await connection.copy_records_to_table(
            "api_keys",
            records=[(peppers.hash(t.api_key.encode()), t.tenant_id, PERMISSIONS) for t in tenants],
            columns=("key_hash", "tenant_id", "permissions"),
        )
        await connection.copy_records_to_table(
            "document_metadata",
            records=(
                (t.tenant_id, document_id(index), SEEDED_VERSION)
                for t in tenants
                for index in range(t.document_count)
            ),
            columns=("tenant_id", "document_id", "version"),
        )


async def mark_done(connection: asyncpg.Connection, arguments: str) -> None:
    """From now on a seeding with the same arguments has nothing to do."""
    await connection.execute("INSERT INTO seeding (arguments) VALUES ($1)", arguments)
    await connection.execute("ANALYZE tenants, api_keys, document_metadata")
