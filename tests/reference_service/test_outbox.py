"""The outbox: how much of it is taken at once, and what is forgotten in time."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio

from reference_service.ports import postgres
from reference_service.ports.outbox import PRUNED_AT_ONCE, Outbox
from reference_service.ports.outbox_batch import Batch, Taken, take
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Breaker, BreakerPolicy, Guard, GuardRules
from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def owner(bed: TestBed) -> AsyncIterator[asyncpg.Connection]:
    connection = await bed.connect(bed.owner_dsn)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def unseen(service: ServiceProcess, owner: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """An empty outbox, in a transaction that the service's own relay cannot look into."""
    async with asyncio.timeout(15):
        while await owner.fetchval(
            "SELECT count(*) FROM outbox WHERE indexed_at IS NULL AND dead_at IS NULL"
        ):
            await asyncio.sleep(0.02)
    transaction = owner.transaction()
    await transaction.start()
    yield owner
    await transaction.rollback()


async def put(owner: asyncpg.Connection, tenant: Tenant, rows: int, size: int = 1, due: str = "0 s") -> None:
    """So many changes of the tenant's, with documents of that size, due after that time."""
    names = [f"put-{n}-{due}" for n in range(rows)]
    await owner.execute(
        "INSERT INTO document_metadata (tenant_id, document_id, version) SELECT $1, unnest($2::text[]), 9",
        tenant.id,
        names,
    )
    await owner.execute(
        "INSERT INTO outbox (tenant_id, document_id, version, operation, document, due_at)"
        " SELECT $1, unnest($2::text[]), 9, 'index', repeat('x', $3), now() + $4::text::interval",
        tenant.id,
        names,
        size,
        due,
    )


def by_tenant(taken: Taken) -> Counter[str]:
    return Counter(row.tenant_id for row in taken.rows)


async def test_a_batch_ends_where_its_bytes_do_and_is_never_empty(
    unseen: asyncpg.Connection, acme: Tenant
) -> None:
    await put(unseen, acme, 6, size=400)

    async def taken(rows: int, limit_bytes: int) -> int:
        return len((await take(unseen, Batch(rows, limit_bytes), [])).rows)

    assert [await taken(500, limit) for limit in (1, 400, 401, 1000, 1200, 10_000)] == [1, 1, 2, 3, 3, 6]
    assert await taken(4, 10_000) == 4


async def test_each_tenant_has_its_share_of_a_batch_and_what_others_leave(
    unseen: asyncpg.Connection, acme: Tenant, rival: Tenant
) -> None:
    await put(unseen, rival, 300)
    await put(unseen, acme, 2)
    assert await take(unseen, Batch(100, 10_000), []) == await take(unseen, Batch(100, 10_000), [])
    taken = await take(unseen, Batch(100, 10_000), [])
    assert (by_tenant(taken), taken.more) == ({acme.id: 2, rival.id: 98}, True)
    assert len({row.sequence for row in taken.rows}) == 100
    await put(unseen, acme, 300, due="-1 s")
    assert by_tenant(await take(unseen, Batch(100, 10_000), [])) == {acme.id: 50, rival.id: 50}
    # The bytes, too: 10 large documents fit, of whomever they are.
    await put(unseen, rival, 20, size=1000, due="-2 s")
    await put(unseen, acme, 20, size=1000, due="-2 s")
    assert by_tenant(await take(unseen, Batch(100, 10_000), [])) == {acme.id: 5, rival.id: 5}


async def test_what_is_not_due_and_who_is_passed_over_is_not_taken(
    unseen: asyncpg.Connection, acme: Tenant, rival: Tenant
) -> None:
    await put(unseen, acme, 3)
    await put(unseen, acme, 4, due="1 hour")
    await put(unseen, rival, 5)
    everything = Batch(100, 10_000)
    taken = await take(unseen, everything, [])
    assert (by_tenant(taken), taken.more) == ({acme.id: 3, rival.id: 5}, False)
    assert by_tenant(await take(unseen, everything, [rival.id])) == {acme.id: 3}
    assert await take(unseen, everything, [acme.id, rival.id]) == Taken([], False)


@asynccontextmanager
async def an_outbox(bed: TestBed) -> AsyncIterator[Outbox]:
    pool = PostgresPool(lambda: bed.connect(bed.service_dsn), 1)
    guard = Guard(
        "postgres", Breaker(BreakerPolicy(), time.monotonic), GuardRules(postgres.is_fault), time.monotonic
    )
    yield Outbox(pool, guard, time.monotonic, 5.0)
    await pool.close()


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
    async with an_outbox(bed) as outbox:
        await outbox.prune(12 * 3600)
    keys = await owner.fetch("DELETE FROM idempotency_keys WHERE key LIKE 'prune-%' RETURNING key")
    jobs = await owner.fetch("DELETE FROM absent_documents WHERE job_id LIKE 'prune-%' RETURNING job_id")
    assert [row["key"] for row in keys] == [row["job_id"] for row in jobs] == ["prune-kept"]


async def test_old_rows_go_as_fast_as_they_come(
    service: ServiceProcess, owner: asyncpg.Connection, bed: TestBed, acme: Tenant
) -> None:
    """Some thousands at once: the rest is said to be there, and not left for a minute."""
    many = PRUNED_AT_ONCE + 10
    await owner.execute(
        "INSERT INTO outbox (tenant_id, document_id, version, operation, indexed_at)"
        " SELECT $1, 'pruned-' || n, 9, 'delete', now() - interval '13 hours' FROM generate_series(1, $2) n",
        acme.id,
        many,
    )
    async with an_outbox(bed) as outbox:
        assert await outbox.prune(12 * 3600)
        assert not await outbox.prune(12 * 3600)
    left = await owner.fetchval("SELECT count(*) FROM outbox WHERE document_id LIKE 'pruned-%'")
    assert left == 0
