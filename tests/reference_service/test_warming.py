"""Popular searches are kept for longer, and a new worker asks for them before its first client does."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from tests.reference_service.degradation.cell import kept_keys
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack
ASKED = 10
POPULAR = 12


def worker(bed: TestBed, number: int) -> ServiceProcess:
    return ServiceProcess(
        bed,
        bed.ports.port_base + SERVICE_OFFSET + number,
        SERVICE_WORKER=str(number),
        SERVICE_WARM_NOTE_EVERY_S="0.1",
        SERVICE_POPULAR_ASKED=str(ASKED),
    )


async def live_searches(service: ServiceProcess) -> int:
    """How many it asked Elasticsearch for."""
    lines = (await service.call("GET", "/metrics")).content.decode().splitlines()
    return sum(int(float(one.split()[-1])) for one in lines if one.startswith("search_results_count_count"))


async def test_a_new_worker_has_the_popular_searches_and_no_others_in_the_cache(
    bed: TestBed, acme: Tenant, rival: Tenant, cache: Redis, state: Redis
) -> None:
    first, second = worker(bed, 8), worker(bed, 9)
    await state.flushdb()
    await first.start()
    try:
        await first.wait_for("ready", 15)
        for _ in range(ASKED):
            for tenant, text in ((acme, "popular"), (rival, "loved")):
                assert (await first.search(tenant, text)).status == 200
        await first.search(acme, "rare")
        async with asyncio.timeout(5):
            while await state.zcard("popular-searches") < 2:
                await asyncio.sleep(0.02)
    finally:
        await first.stop()
    await cache.flushdb()
    await second.start()
    try:
        await second.wait_for("ready", 15)
        assert (await second.search(acme, "popular")).source == "cache"
        assert (await second.search(rival, "loved")).source == "cache"
        assert (await second.search(acme, "rare")).source == "live"
    finally:
        await second.stop()


async def test_of_workers_that_start_together_one_asks_for_what_is_popular_and_a_dead_one_delays_none(
    bed: TestBed, acme: Tenant, cache: Redis, state: Redis
) -> None:
    # From the tenth on, those of the durability trials run for the whole session.
    first, *crowd = (worker(bed, number) for number in (8, 9, 6))
    await state.flushdb()
    await first.start()
    try:
        await first.wait_for("ready", 15)
        for _ in range(ASKED):
            await asyncio.gather(*(first.search(acme, f"liked{n}") for n in range(POPULAR)))
        async with asyncio.timeout(5):
            while await state.zcard("popular-searches") < POPULAR:
                await asyncio.sleep(0.02)
    finally:
        await first.stop()
    await cache.flushdb()
    try:
        await asyncio.gather(*(one.start() for one in crowd))
        for one in crowd:
            await one.wait_for("ready", 15)
            replies = await asyncio.gather(*(one.search(acme, f"liked{n}") for n in range(POPULAR)))
            assert {reply.source for reply in replies} == {"cache"}
        waited, asked = sorted([await live_searches(one) for one in crowd])
        # Services of the whole test session note what other tests repeat beside these.
        noted = await state.zcard("popular-searches")
        assert waited == 0
        assert POPULAR <= asked <= noted
    finally:
        for one in crowd:
            await one.stop()
    # The lock of one that died over it is waited for no longer than a start may take.
    await cache.flushdb()
    await state.set("lock:warming", "a worker that died", px=30_000)
    began_s = time.monotonic()
    await first.start()
    try:
        await first.wait_for("ready", 15)
        assert time.monotonic() - began_s < 10
        assert (await first.search(acme, "liked0")).source == "live"
    finally:
        await first.stop()


async def test_a_popular_search_is_fresh_for_longer(
    bed: TestBed, acme: Tenant, cache: Redis, service: ServiceProcess
) -> None:
    async def age(seconds: int) -> None:
        async with asyncio.timeout(5):
            while len(keys := await kept_keys(cache)) < 1:
                await asyncio.sleep(0.01)
        for key in keys:
            value = await cache.get(key)
            assert isinstance(value, bytes)
            await cache.set(key, value[:20] + b"%015d" % (int(value[20:35]) - 1000 * seconds) + value[35:])

    assert (await service.search(acme, "lasting")).source == "live"
    await age(400)
    assert (await service.search(acme, "lasting")).source == "live"
    for _ in range(ASKED):
        await service.search(acme, "lasting")
    await age(400)
    assert (await service.search(acme, "lasting")).source == "cache"
    await age(600)
    assert (await service.search(acme, "lasting")).source == "live"


async def test_nothing_to_warm_from_delays_no_start(bed: TestBed, proxies: Proxies, acme: Tenant) -> None:
    late = worker(bed, 8)
    async with proxies.hung("redis-state"):
        began_s = time.monotonic()
        await late.start()
        try:
            assert (await late.search(acme, "unwarmed")).status == 200
            assert time.monotonic() - began_s < 10
        finally:
            await late.stop()
