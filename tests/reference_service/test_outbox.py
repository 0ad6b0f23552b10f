"""The outbox: how much of it is taken at once, and what is forgotten in time."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio

from reference_service.ports import postgres
from reference_service.ports.outbox import TAKE, Outbox
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Breaker, BreakerPolicy, Guard, GuardRules
from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def owner(bed: TestBed) -> AsyncIterator[asyncpg.Connection]:
    connection = await bed.connect(bed.owner_dsn)
    yield connection
    await connection.close()


async def test_a_batch_ends_where_its_bytes_do_and_is_never_empty(
    service: ServiceProcess, owner: asyncpg.Connection, acme: Tenant
) -> None:
    async with asyncio.timeout(15):
        while await owner.fetchval(
            "SELECT count(*) FROM outbox WHERE indexed_at IS NULL AND dead_at IS NULL"
        ):
            pass
    unseen = owner.transaction()  # by the service's own relay
    await unseen.start()
    names = [f"bytes-{n}" for n in range(6)]
    await owner.execute(
        "INSERT INTO document_metadata (tenant_id, document_id, version) SELECT $1, unnest($2::text[]), 9",
        acme.id,
        names,
    )
    await owner.execute(
        "INSERT INTO outbox (tenant_id, document_id, version, operation, document)"
        " SELECT $1, unnest($2::text[]), 9, 'index', repeat('x', 400)",
        acme.id,
        names,
    )

    async def taken(rows: int, limit_bytes: int) -> int:
        return len(await owner.fetch(TAKE, rows, limit_bytes))

    assert [await taken(500, limit) for limit in (1, 400, 401, 1000, 1200, 10_000)] == [1, 1, 2, 3, 3, 6]
    assert await taken(4, 10_000) == 4
    await unseen.rollback()


async def test_what_is_remembered_of_requests_is_forgotten_in_time(
    service: ServiceProcess, owner: asyncpg.Connection, bed: TestBed, acme: Tenant
) -> None:
    now = datetime.now(UTC)
    for name, at in (("prune-kept", now), ("prune-old", now - timedelta(hours=25))):
        await owner.execute(
            "INSERT INTO idempotency_keys VALUES ($1, $2, 'f', 'job', '{}', '{}', '{}', $3)",
            acme.id,
            name,
            at,
        )
        await owner.execute("INSERT INTO absent_documents VALUES ($1, $2, '{}', $3)", acme.id, name, at)
    pool = PostgresPool(lambda: bed.connect(bed.service_dsn), 1)
    guard = Guard(
        "postgres", Breaker(BreakerPolicy(), time.monotonic), GuardRules(postgres.is_fault), time.monotonic
    )
    await Outbox(pool, guard, time.monotonic, 5.0).prune(12 * 3600)
    await pool.close()
    keys = await owner.fetch("DELETE FROM idempotency_keys WHERE key LIKE 'prune-%' RETURNING key")
    jobs = await owner.fetch("DELETE FROM absent_documents WHERE job_id LIKE 'prune-%' RETURNING job_id")
    assert [row["key"] for row in keys] == [row["job_id"] for row in jobs] == ["prune-kept"]
