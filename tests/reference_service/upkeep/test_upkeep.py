"""Retention by one worker at a time, in the real PostgreSQL, with the rights of the service's role."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from reference_service.locks.lease import Lease, LockLostError
from reference_service.locks.locks import Locks
from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.postgres import is_fault
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.ports.redis_client import is_fault as is_redis_fault
from reference_service.ports.redis_client import make_client
from reference_service.ports.redis_locks import RedisLocks
from reference_service.ports.redis_state import RedisState
from reference_service.ports.upkeep_store import UpkeepStore
from reference_service.resilience import Breaker, BreakerPolicy, Guard, GuardRules
from reference_service.upkeep.upkeep import Upkeep, UpkeepPolicy
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack
DAY = timedelta(days=1)
POLICY = UpkeepPolicy(3600, 3, 730 * DAY, DAY)


@pytest_asyncio.fixture
async def owner(bed: TestBed) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection; upkeep that a test left behind is done."""
    connection = await bed.connect(bed.owner_dsn)
    await connection.execute("DELETE FROM fences")
    yield connection
    await connection.execute("SELECT ensure_audit_months(12)")
    await connection.close()


@pytest_asyncio.fixture
async def store(bed: TestBed) -> AsyncIterator[UpkeepStore]:
    """As a worker has it."""
    pool = PostgresPool(lambda: bed.connect(bed.service_dsn), 2)
    guard = Guard("postgres", Breaker(BreakerPolicy(), time.monotonic), GuardRules(is_fault), time.monotonic)
    yield UpkeepStore(pool, guard, time.monotonic, 5.0)
    await pool.close()


@pytest_asyncio.fixture
async def locks(bed: TestBed, state: Redis) -> AsyncIterator[Locks]:
    """As a worker has them."""
    await state.flushdb()
    guard = Guard(
        "redis-state", Breaker(BreakerPolicy(), time.monotonic), GuardRules(is_redis_fault), time.monotonic
    )
    connected = RedisState(make_client(bed.redis_state_url, 4, 0.5, DependencyTls("")), guard, 0.5)
    yield Locks(RedisLocks(connected), 30, time.monotonic)
    await connected.close()


async def partitions(owner: asyncpg.Connection) -> set[str]:
    rows = await owner.fetch(
        "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'audit_log'::regclass"
    )
    return {row["name"] for row in rows}


def month(ahead: int) -> datetime:
    """The first instant of a month, counted from this one."""
    now = datetime.now(UTC)
    months = now.year * 12 + now.month - 1 + ahead
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def partition(ahead: int) -> str:
    return f"audit_log_{month(ahead):%Y_%m}"


async def add_event(owner: asyncpg.Connection, created_at: datetime) -> None:
    await owner.execute(
        "INSERT INTO audit_log (tenant_id, created_at, actor, action, request_id)"
        " VALUES ('enterprise-01', $1, 'a', 'index', 'upkeep')",
        created_at,
    )


async def add_month(owner: asyncpg.Connection, ahead: int) -> None:
    await owner.execute(
        f"CREATE TABLE {partition(ahead)} PARTITION OF audit_log"
        f" FOR VALUES FROM ('{month(ahead).isoformat()}') TO ('{month(ahead + 1).isoformat()}')"
    )


async def events(owner: asyncpg.Connection) -> list[datetime]:
    rows = await owner.fetch("DELETE FROM audit_log WHERE request_id = 'upkeep' RETURNING created_at")
    return sorted(row["created_at"] for row in rows)


async def test_coming_months_are_there_and_events_that_had_none_move_into_them(
    owner: asyncpg.Connection, store: UpkeepStore, locks: Locks
) -> None:
    await owner.execute(f"DROP TABLE IF EXISTS {partition(2)}, {partition(3)}")
    await add_event(owner, month(2) + DAY)
    assert await Upkeep(locks, store, POLICY).once()
    assert {partition(ahead) for ahead in range(4)} <= await partitions(owner)
    found = await owner.fetchval(
        f"SELECT count(*) FROM {partition(2)} WHERE request_id = 'upkeep'"  # noqa: S608 - this file's name
    )
    assert found == 1
    assert await events(owner) == [month(2) + DAY]


async def test_months_go_when_all_of_them_is_older_than_two_years(
    owner: asyncpg.Connection, store: UpkeepStore, locks: Locks
) -> None:
    for ahead in (-26, -25, -24):
        await add_month(owner, ahead)
        await add_event(owner, month(ahead) + DAY)
    await add_event(owner, month(-40))
    try:
        assert await Upkeep(locks, store, POLICY).once()
        kept = await partitions(owner)
        # The youngest of the three reaches to less than two years ago.
        assert partition(-24) in kept
        assert not {partition(-26)} & kept
        old = datetime.now(UTC) - 730 * DAY
        assert (partition(-25) in kept) == (month(-24) > old)
        assert all(event + 32 * DAY > old for event in await events(owner))
    finally:
        await owner.execute(f"DROP TABLE IF EXISTS {partition(-26)}, {partition(-25)}, {partition(-24)}")


async def test_a_log_that_is_in_use_is_left_for_another_time(
    owner: asyncpg.Connection, store: UpkeepStore, locks: Locks, bed: TestBed
) -> None:
    await owner.execute(f"DROP TABLE IF EXISTS {partition(3)}")
    reader = await bed.connect(bed.owner_dsn)
    try:
        async with reader.transaction():
            await reader.execute("LOCK TABLE audit_log IN ACCESS SHARE MODE")
            await reader.execute("LOCK TABLE audit_log_default IN ACCESS SHARE MODE")
            began_s = time.monotonic()
            assert not await Upkeep(locks, store, POLICY).once()
            assert time.monotonic() - began_s < 2
            await asyncio.wait_for(add_event(owner, datetime.now(UTC)), 2)
        assert await Upkeep(locks, store, POLICY).once()
    finally:
        await reader.close()
    assert partition(3) in await partitions(owner)
    await events(owner)


async def test_sessions_that_ended_a_day_ago_go_with_their_tokens(
    owner: asyncpg.Connection, store: UpkeepStore, locks: Locks, service: ServiceProcess, acme: Tenant
) -> None:
    for _ in range(2):
        assert (await service.call("POST", "/tokens", acme)).status == 200
    old = await owner.fetchval(
        "UPDATE token_families SET expires_at = now() - interval '25 hours' WHERE family_id ="
        " (SELECT max(family_id) FROM token_families) RETURNING family_id"
    )
    before = await owner.fetchval("SELECT count(*) FROM token_families")
    assert await Upkeep(locks, store, POLICY).once()
    assert await owner.fetchval("SELECT count(*) FROM token_families") < before
    for table in ("token_families", "refresh_tokens"):
        assert not await owner.fetchval(f"SELECT count(*) FROM {table} WHERE family_id = $1", old)  # noqa: S608 -- our own names


async def test_one_worker_at_a_time_and_none_that_was_overtaken(
    owner: asyncpg.Connection, store: UpkeepStore, locks: Locks
) -> None:
    async with locks.hold("upkeep") as lease:
        assert lease is not None
        assert not await Upkeep(locks, store, POLICY).once()
        await store.keep_audit(lease, 1, 730 * DAY)
        overtaken = Lease("upkeep", lease.token - 1, time.monotonic() + 30, time.monotonic)
        with pytest.raises(LockLostError):
            await store.end_sessions(overtaken, DAY)


async def test_workers_do_it_by_themselves(bed: TestBed, owner: asyncpg.Connection) -> None:
    await owner.execute(f"DROP TABLE IF EXISTS {partition(12)}")
    service = ServiceProcess(
        bed,
        bed.ports.port_base + SERVICE_OFFSET + 8,
        SERVICE_WORKERS="2",
        SERVICE_WORKER="8",
        SERVICE_UPKEEP_EVERY_S="1",
    )
    await service.start()
    try:
        async with asyncio.timeout(10):
            while partition(12) not in await partitions(owner):
                await asyncio.sleep(0.05)
    finally:
        await service.stop()
