"""One holder at a time, whoever is paused, killed or cut off; and overtaken holders are refused."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from reference_service.locks.lease import Lease, LockLostError
from reference_service.locks.locks import Locks
from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.fences import pass_fence
from reference_service.ports.redis_client import is_fault, make_client
from reference_service.ports.redis_locks import RedisLocks
from reference_service.ports.redis_state import RedisState
from reference_service.resilience import Breaker, BreakerPolicy, Guard, GuardRules
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import REDIS_DATABASE, TestBed

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def redis_locks(bed: TestBed, state: Redis) -> AsyncIterator[RedisLocks]:
    await state.flushdb()
    port = bed.ports.proxy("redis-state")
    guard = Guard(
        "redis-state", Breaker(BreakerPolicy(), time.monotonic), GuardRules(is_fault), time.monotonic
    )
    client = make_client(f"redis://127.0.0.1:{port}/{REDIS_DATABASE}", 4, 0.5, DependencyTls(""))
    connected = RedisState(client, guard, 0.5)
    yield RedisLocks(connected)
    await connected.close()


async def test_a_lock_has_one_holder_at_a_time(redis_locks: RedisLocks) -> None:
    locks = Locks(redis_locks, 30, time.monotonic)
    inside = most = entered = 0

    async def work() -> None:
        nonlocal inside, most, entered
        async with locks.hold("work") as lease:
            if lease is None:
                return
            entered, inside = entered + 1, inside + 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(50)))
    assert (most, entered >= 1) == (1, True)
    async with locks.hold("work") as lease:
        assert lease is not None


async def test_a_lock_that_is_held_longer_than_it_lasts_is_renewed(redis_locks: RedisLocks) -> None:
    locks = Locks(redis_locks, 0.3, time.monotonic)
    async with locks.hold("long") as first:
        assert first is not None
        first_until_s = first.held_until_s
        async with asyncio.timeout(5):
            while first.held_until_s < first_until_s + 0.6:
                async with locks.hold("long") as second:
                    assert second is None
                await asyncio.sleep(0.01)
        first.check()


async def test_tokens_grow_even_over_a_server_that_lost_its_data(
    redis_locks: RedisLocks, state: Redis
) -> None:
    locks = Locks(redis_locks, 30, time.monotonic)
    tokens = []
    for _ in range(3):
        async with locks.hold("growing") as lease:
            assert lease is not None
            tokens.append(lease.token)
    await state.flushdb()
    async with locks.hold("growing") as lease:
        assert lease is not None
        tokens.append(lease.token)
    assert tokens == sorted(set(tokens))


async def test_a_holder_that_lost_its_lock_learns_it(redis_locks: RedisLocks, state: Redis) -> None:
    locks = Locks(redis_locks, 0.3, time.monotonic)
    async with locks.hold("stolen") as lease:
        assert lease is not None
        await state.set("lock:stolen", "somebody else")
        async with asyncio.timeout(5):
            while lease.held:
                await asyncio.sleep(0.01)
        with pytest.raises(LockLostError):
            lease.check()
    assert await state.get("lock:stolen") == b"somebody else"  # and does not give up what is not its own


async def test_without_the_state_redis_nobody_gets_a_lock_and_nobody_waits_for_it(
    redis_locks: RedisLocks, proxies: Proxies
) -> None:
    locks = Locks(redis_locks, 30, time.monotonic)
    async with proxies.refused("redis-state"), locks.hold("away") as lease:
        assert lease is None


async def test_a_holder_that_was_overtaken_changes_nothing(redis_locks: RedisLocks, bed: TestBed) -> None:
    paused, later = (Lease("job", token, time.monotonic() + 30, time.monotonic) for token in (7, 8))
    connection = await bed.connect(bed.service_dsn)
    owner = await bed.connect(bed.owner_dsn)
    try:
        await owner.execute("DELETE FROM fences")
        for lease in (paused, paused, later, later):
            async with connection.transaction():
                await pass_fence(connection, lease)
        with pytest.raises(LockLostError):
            async with connection.transaction():
                await pass_fence(connection, paused)
    finally:
        await connection.close()
        await owner.close()
