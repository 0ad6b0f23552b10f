"""A reader is never answered with less than was acknowledged before it asked, cache or no cache."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from redis.asyncio import Redis

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


@asynccontextmanager
async def indexing_nothing(bed: TestBed, tenant: Tenant) -> AsyncIterator[None]:
    """Elasticsearch answers, and takes no changes of the tenant; what it refused is forgotten in the end."""
    address = f"{bed.elasticsearch_url}/check-{tenant.id}/_settings"

    async def block(blocked: bool | None) -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.put(address, json={"index.blocks.write": blocked}) as response,
        ):
            assert response.status == 200, await response.text()

    await block(True)
    try:
        yield
    finally:
        await block(None)
        owner = await bed.connect(bed.owner_dsn)
        await owner.execute("DELETE FROM outbox WHERE document_id LIKE 'own-%' AND dead_at IS NOT NULL")
        await owner.close()


async def gets(bed: TestBed) -> int:
    """Documents that Elasticsearch was asked for."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{bed.elasticsearch_url}/check-enterprise-01/_stats/get") as response,
    ):
        return int((await response.json())["_all"]["total"]["get"]["total"])


async def write(service: ServiceProcess, tenant: Tenant, document_id: str, title: str) -> int:
    body = {"id": document_id, "title": title, "content": "c"}
    receipt = await service.call("POST", "/documents", tenant, body)
    assert (receipt.status, receipt.headers["Durability"]) == (202, "replicated")
    return int(str(receipt.json["version"]))


async def test_changes_and_deletions_are_read_at_once_without_the_cache(
    service: ServiceProcess, acme: Tenant, proxies: Proxies
) -> None:
    async with proxies.refused("redis-cache"):
        for number in range(25):
            version = await write(service, acme, "own-1", f"Edition {number}")
            read = await service.call("GET", "/documents/own-1", acme)
            assert (read.status, read.source, read.degraded) == (200, "live", {"redis-cache"})
            assert read.json["version"] == version
        for number in range(10):
            assert (await service.call("DELETE", "/documents/own-1", acme)).status == 202
            assert (await service.call("GET", "/documents/own-1", acme)).status == 404
            await write(service, acme, "own-1", f"Again {number}")
            assert (await service.call("GET", "/documents/own-1", acme)).json["title"] == f"Again {number}"


async def test_many_readers_at_once_are_answered_with_what_each_knows_of(
    service: ServiceProcess, acme: Tenant, proxies: Proxies
) -> None:
    """Whoever shares another's question must not be answered with what was true before his own."""
    acknowledged = await write(service, acme, "own-2", "first")

    async def read_on() -> None:
        for _ in range(15):
            known = acknowledged
            read = await service.call("GET", "/documents/own-2", acme)
            assert read.status == 200
            assert int(str(read.json["version"])) >= known

    async with proxies.refused("redis-cache"), asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(read_on())
        for number in range(15):
            acknowledged = await write(service, acme, "own-2", f"Edition {number}")


async def test_changes_are_read_while_elasticsearch_takes_none_and_the_cache_has_lost_them(
    service: ServiceProcess, acme: Tenant, bed: TestBed, cache: Redis
) -> None:
    await write(service, acme, "own-3", "old")
    await write(service, acme, "own-4", "old")
    async with indexing_nothing(bed, acme):
        version = await write(service, acme, "own-3", "new")
        assert (await service.call("DELETE", "/documents/own-4", acme)).status == 202
        await cache.flushdb()
        read = await service.call("GET", "/documents/own-3", acme)
        assert (read.status, read.source, read.degraded) == (200, "live", set())
        assert read.json["version"] == version
        assert (await service.call("GET", "/documents/own-4", acme)).status == 404
        await write(service, acme, "own-3", "newest")
        await service.call("DELETE", "/documents/own-3", acme)


async def test_without_postgres_a_document_is_as_elasticsearch_has_it_and_says_so_and_is_not_kept(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, cache: Redis
) -> None:
    async with proxies.refused("postgres"):
        for _ in range(8):  # before and after the breaker has opened
            read = await service.call("GET", "/documents/doc-000007", acme)
            assert (read.status, read.source, read.degraded) == (200, "live", {"postgres"})
    await service.wait_for("ready", 15)
    read = await service.call("GET", "/documents/doc-000007", acme)
    assert (read.status, read.source, read.degraded) == (200, "live", set())


@pytest.mark.parametrize("fault", ["refused", "hung"])
async def test_nobody_is_told_that_there_is_no_document_while_postgres_cannot_say(
    service: ServiceProcess, acme: Tenant, bed: TestBed, proxies: Proxies, cache: Redis, fault: str
) -> None:
    name = f"own-5-{fault}"
    async with indexing_nothing(bed, acme):
        await write(service, acme, name, "only the outbox has it")
        async with proxies.refused("postgres") if fault == "refused" else proxies.hung("postgres"):
            await cache.flushdb()
            for path in (f"/documents/{name}", "/documents/own-never"):
                read = await service.call("GET", path, acme)
                assert read.status == 503
                assert read.degraded == {"postgres"}
                assert int(read.headers["Retry-After"]) >= 1
                assert read.took_s < 0.55 + service.stalls.worst_s
        await service.wait_for("ready", 15)
        assert (await service.call("GET", f"/documents/{name}", acme)).status == 200
        assert (await service.call("GET", "/documents/own-never", acme)).status == 404
        await service.call("DELETE", f"/documents/{name}", acme)


async def test_a_herd_on_one_document_is_one_question_to_elasticsearch(
    service: ServiceProcess, acme: Tenant, bed: TestBed, proxies: Proxies
) -> None:
    await service.call("GET", "/documents/doc-000011", acme)
    before = await gets(bed)
    async with proxies.slow("elasticsearch", 200):
        herd = (service.call("GET", "/documents/doc-000012", acme) for _ in range(40))
        replies = await asyncio.gather(*herd)
    assert {reply.status for reply in replies} == {200}
    assert await gets(bed) - before == 1


async def test_an_outbox_that_is_slow_to_tell_of_a_new_document_is_waited_for(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, cache: Redis
) -> None:
    """Elasticsearch, which need not be asked of what is new, gets its time; the outbox keeps its own."""
    names = [f"own-slow-{number}" for number in range(5)]
    for name in names:
        await write(service, acme, name, "new")
    await cache.flushdb()
    async with proxies.slow("postgres", 150):
        replies = [await service.call("GET", f"/documents/{name}", acme) for name in names]
    heard = [(reply.status, reply.source, reply.degraded) for reply in replies]
    # On a busy machine some may take longer than a get has; each would if the outbox were cut short.
    assert (200, "live", set()) in heard
