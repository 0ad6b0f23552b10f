"""Elasticsearch answers 200 with shards missing: the service says so, and does not keep it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def half_lost(bed: TestBed) -> AsyncIterator[Tenant]:
    """A tenant with two more shards behind its alias, one of which no node may hold."""
    tenant = bed.tenants()["standard-01"]
    index = f"/check-{tenant.id}-half"
    settings = {"number_of_shards": 2, "number_of_replicas": 0, "routing.allocation.total_shards_per_node": 1}
    definition = {"settings": {"index": settings}, "aliases": {f"check-{tenant.id}": {}}}
    async with aiohttp.ClientSession(bed.elasticsearch_url) as elasticsearch:
        async with elasticsearch.put(f"{index}?wait_for_active_shards=0", json=definition) as response:
            assert response.status == 200, await response.text()
        yield tenant
        async with elasticsearch.delete(index) as response:
            assert response.status == 200, await response.text()


async def test_a_partial_answer_is_degraded_and_never_kept(
    service: ServiceProcess, half_lost: Tenant
) -> None:
    word = service.bed.words()[5]
    for _ in range(2):
        reply = await service.search(half_lost, word)
        assert (reply.status, reply.source) == (200, "live")
        assert reply.degraded == {"partial"}
        assert reply.json["degraded"] is True
        assert reply.hits
