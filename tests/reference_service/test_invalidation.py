"""What has changed is not hidden by what was kept; and a herd on a cold cache is one query."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed
from tests.reference_service.statement_front import statement_front

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def marking(service: ServiceProcess, bed: TestBed) -> AsyncIterator[ServiceProcess]:
    """A service that marks each change at once."""
    port = bed.ports.port_base + SERVICE_OFFSET + 8
    made = ServiceProcess(bed, port, SERVICE_WORKER="8", SERVICE_INVALIDATE_EVERY_S="0.1")
    await made.start()
    await made.wait_for("ready", 15)
    yield made
    await made.stop()


async def queries(bed: TestBed) -> int:
    """Searches that Elasticsearch has answered."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{bed.elasticsearch_url}/check-enterprise-01/_stats/search") as response,
    ):
        return int((await response.json())["_all"]["total"]["search"]["query_total"])


async def test_a_kept_search_finds_what_was_written_after_it_within_seconds(
    service: ServiceProcess, marking: ServiceProcess, acme: Tenant
) -> None:
    with service.standing_still():  # who indexes a change marks it, and the other marks a tenant once a day
        assert (await marking.search(acme, "okapi")).hits == []
        document = {"id": "okapi-1", "title": "Okapi", "content": "was not there before"}
        assert (await marking.call("POST", "/documents", acme, document)).status == 202
        async with asyncio.timeout(8):
            while not (found := await marking.search(acme, "okapi")).hits:
                await asyncio.sleep(0.05)
        assert found.hits[0]["id"] == "okapi-1"
        # Nothing changes any more: then it is kept again.
        async with asyncio.timeout(8):
            while (await marking.search(acme, "okapi")).source != "cache":
                await asyncio.sleep(0.05)


async def test_a_document_that_the_cache_did_not_take_is_not_hidden_by_an_older_one(
    service: ServiceProcess, marking: ServiceProcess, acme: Tenant, proxies: Proxies
) -> None:
    body = {"id": "hidden-1", "title": "old", "content": "c"}
    assert (await marking.call("POST", "/documents", acme, body)).status == 202
    assert (await marking.call("GET", "/documents/hidden-1", acme)).source == "cache"
    async with proxies.refused("redis-cache"):
        assert (await marking.call("POST", "/documents", acme, {**body, "title": "new"})).status == 202
    # Nor at once, before any worker could tell the cache.
    for reader in (marking, service):
        assert (await reader.call("GET", "/documents/hidden-1", acme)).json["title"] == "new"
    async with asyncio.timeout(8):
        while (read := await marking.call("GET", "/documents/hidden-1", acme)).source != "cache":
            assert read.json["title"] == "new"
    assert read.json["title"] == "new"


async def test_who_is_killed_before_it_could_tell_the_cache_leaves_word(
    service: ServiceProcess, marking: ServiceProcess, acme: Tenant, proxies: Proxies
) -> None:
    body = {"id": "hidden-2", "title": "old", "content": "c"}
    assert (await marking.call("POST", "/documents", acme, body)).status == 202
    assert (await service.call("GET", "/documents/hidden-2", acme)).source == "cache"
    async with proxies.refused("redis-cache"):
        assert (await marking.call("POST", "/documents", acme, {**body, "title": "new"})).status == 202
        await marking.kill_and_restart()
    for reader in (service, marking):
        assert (await reader.call("GET", "/documents/hidden-2", acme)).json["title"] == "new"


async def test_a_herd_on_a_cold_cache_is_one_query(
    service: ServiceProcess, acme: Tenant, bed: TestBed, cache: Redis
) -> None:
    await service.search(acme, "warm")
    before = await queries(bed)
    replies = await asyncio.gather(*(service.search(acme, "herd") for _ in range(60)))
    assert {reply.status for reply in replies} == {200}
    # One a shard; a straggler that came after the first answer and before it was kept may ask again.
    assert await queries(bed) - before <= 3


async def test_a_kept_search_is_one_command_to_each_redis_and_nothing_else(
    service: ServiceProcess, acme: Tenant, bed: TestBed, cache: Redis, state: Redis
) -> None:
    await service.search(acme, "counted")
    async with asyncio.timeout(5):
        while (await service.search(acme, "counted")).source != "cache":
            await asyncio.sleep(0.01)

    async def commands(client: Redis, name: str) -> int:
        stats = await client.info("commandstats")
        return int(stats.get(f"cmdstat_{name}", {}).get("calls", 0))

    reads, scripts, searched = (
        await commands(cache, "mget"),
        await commands(state, "evalsha"),
        await queries(bed),
    )
    for _ in range(50):
        assert (await service.search(acme, "counted")).source == "cache"
    assert await commands(cache, "mget") - reads == 50
    assert await commands(state, "evalsha") - scripts == 50
    assert await queries(bed) == searched


async def test_no_search_asks_postgres_anything(service: ServiceProcess, acme: Tenant, bed: TestBed) -> None:
    """What runs beside requests asks it seldom in here, so that any statement for a search would be seen."""
    seldom = ("PROBE_INTERVAL_S", "IDENTITY_NEWS_S", "UPKEEP_EVERY_S")
    async with statement_front(bed.ports.direct("postgres")) as front:
        asking = ServiceProcess(
            bed,
            bed.ports.port_base + SERVICE_OFFSET + 8,
            SERVICE_WORKER="8",
            SERVICE_POSTGRES_DSN=bed.service_dsn.replace(
                f":{bed.ports.direct('postgres')}/", f":{front.port}/"
            ),
            SERVICE_RELAY_POLL_MS="600000",
            **{f"SERVICE_{name}": "80000" for name in seldom},
        )
        await asking.start()
        try:
            before = front.executed
            assert before > 0
            for n in range(60):
                for source in ({"live"}, {"live", "cache"}):
                    assert (await asking.search(acme, f"asked{n}")).source in source
                assert (
                    await asking.call("POST", "/search", acme, {"query": {"text": f"a{n}"}})
                ).status == 200
            # A look at the outbox every two seconds is four statements.
            assert front.executed - before < 60
        finally:
            await asking.stop()
