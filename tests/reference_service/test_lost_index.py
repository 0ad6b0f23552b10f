"""An index was lost, or an old one restored: no document is told not to exist, no deleted one is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack
OLD = {"title": "restored", "content": "c", "tags": []}


@pytest_asyncio.fixture
async def elasticsearch(bed: TestBed) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(bed.elasticsearch_url, raise_for_status=True) as session:
        yield session


@asynccontextmanager
async def without_alias(elasticsearch: aiohttp.ClientSession, alias: str) -> AsyncIterator[None]:
    """As while an index is restored: nothing is behind the alias."""
    async with elasticsearch.get(f"/_alias/{alias}") as response:
        (index,) = await response.json()

    async def change(action: str, **more: bool) -> None:
        actions = [{action: {"index": index, "alias": alias, **more}}]
        async with elasticsearch.post("/_aliases", json={"actions": actions}):
            pass

    await change("remove")
    try:
        yield
    finally:
        await change("add", is_write_index=True)


@pytest_asyncio.fixture
async def missing(
    service: ServiceProcess, rival: Tenant, elasticsearch: aiohttp.ClientSession
) -> AsyncIterator[ServiceProcess]:
    """The service, which knows that the tenant has documents, without the tenant's index."""
    async with without_alias(elasticsearch, f"check-{rival.id}"):
        async with asyncio.timeout(10):  # it learns who has documents in the background
            asked = 0
            while (await service.search(rival, f"word{asked}")).source != "empty":
                asked += 1
        yield service


async def test_a_search_of_an_index_that_is_gone_is_degraded_and_not_kept(
    missing: ServiceProcess, rival: Tenant
) -> None:
    for path in ("/search?q=lost", "/search?q=lost", "/search?q=lost&cursor=*"):
        found = await missing.call("GET", path, rival)
        assert (found.status, found.source, found.degraded) == (200, "empty", {"elasticsearch"})


async def test_a_document_of_an_index_that_is_gone_is_unavailable_and_one_that_never_was_is_not_found(
    missing: ServiceProcess, rival: Tenant
) -> None:
    lost = await missing.call("GET", "/documents/doc-000003", rival)
    assert (lost.status, lost.degraded) == (503, {"elasticsearch"})
    assert (await missing.call("GET", "/documents/never-was", rival)).status == 404


async def test_the_kept_answer_stands_for_a_document_that_is_lost(
    missing: ServiceProcess, rival: Tenant, cache: Redis
) -> None:
    key = f"document:{rival.id}:doc-000004"
    old = b"%020d%015d%b" % (1, 1, b'{"id":"doc-000004"}')
    await cache.set(key, old)
    kept = await missing.call("GET", "/documents/doc-000004", rival)
    assert (kept.status, kept.source, kept.degraded) == (200, "stale", {"elasticsearch"})


async def write(
    service: ServiceProcess, bed: TestBed, tenant: Tenant, document_id: str, deleted: bool
) -> int:
    """A document that was written, and perhaps deleted, so long ago that the outbox has forgotten it."""
    body = {"id": document_id, "title": "t", "content": "c"}
    last = await service.call("POST", "/documents", tenant, body)
    if deleted:
        last = await service.call("DELETE", f"/documents/{document_id}", tenant)
    assert last.status == 202
    owner = await bed.connect(bed.owner_dsn)
    try:
        async with asyncio.timeout(10):
            while await owner.fetchval(
                "SELECT count(*) FROM outbox WHERE document_id = $1 AND indexed_at IS NULL", document_id
            ):
                await asyncio.sleep(0.05)
        await owner.execute("DELETE FROM outbox WHERE document_id = $1", document_id)
    finally:
        await owner.close()
    return int(str(last.json["version"]))


async def test_what_was_deleted_stays_so_when_an_old_index_has_it(
    service: ServiceProcess,
    rival: Tenant,
    bed: TestBed,
    cache: Redis,
    elasticsearch: aiohttp.ClientSession,
) -> None:
    version = await write(service, bed, rival, "lost-1", deleted=True)
    async with elasticsearch.put(
        "/check-enterprise-02/_doc/lost-1",
        json=OLD,
        params={"version": version, "version_type": "external_gte"},
    ):
        pass
    await cache.flushdb()
    assert (await service.call("GET", "/documents/lost-1", rival)).status == 404


async def test_an_older_version_than_postgres_knows_of_says_that_it_may_be_old_and_is_not_kept(
    service: ServiceProcess, rival: Tenant, bed: TestBed, cache: Redis
) -> None:
    await write(service, bed, rival, "lost-2", deleted=False)
    owner = await bed.connect(bed.owner_dsn)
    await owner.execute("UPDATE document_metadata SET version = version + 1 WHERE document_id = 'lost-2'")
    await owner.close()
    await cache.flushdb()
    for _ in range(2):
        old = await service.call("GET", "/documents/lost-2", rival)
        assert (old.status, old.source, old.degraded) == (200, "live", {"elasticsearch"})
