"""One tenant's trouble with its index: its own changes wait for the end of it, nobody else's do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import aiohttp
import asyncpg
import pytest
import pytest_asyncio

from tests.reference_service.service_process import PREFIX, ServiceProcess, Tenant, TestBed
from tests.reference_service.writing import bulk, index, job_in

pytestmark = pytest.mark.stack
NEWCOMER = "newcomer"
OTHERS_WITHIN_S = 5.0


class Cluster:
    """Elasticsearch as its operator reaches it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def set(self, path: str, settings: dict[str, object]) -> None:
        async with self._session.put(path, json=settings) as response:
            assert response.status == 200, await response.text()

    async def post(self, path: str) -> None:
        async with self._session.post(path) as response:
            assert response.status == 200, await response.text()

    async def delete(self, path: str) -> None:
        async with self._session.delete(path) as response:
            assert response.status in (200, 404), await response.text()

    @asynccontextmanager
    async def blocked(self, tenant: Tenant, block: str) -> AsyncIterator[None]:
        path = f"/{PREFIX}-{tenant.id}/_settings"
        await self.set(path, {f"index.blocks.{block}": True})
        try:
            yield
        finally:
            await self.set(path, {f"index.blocks.{block}": None})


@pytest_asyncio.fixture
async def cluster(bed: TestBed) -> AsyncIterator[Cluster]:
    async with aiohttp.ClientSession(bed.elasticsearch_url) as session:
        yield Cluster(session)


@pytest_asyncio.fixture
async def owner(bed: TestBed) -> AsyncIterator[asyncpg.Connection]:
    connection = await bed.connect(bed.owner_dsn)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def newcomer(
    bed: TestBed, cluster: Cluster, owner: asyncpg.Connection, acme: Tenant
) -> AsyncIterator[Tenant]:
    """A tenant that has no index yet."""
    await owner.execute("INSERT INTO tenants VALUES ($1, 'enterprise')", NEWCOMER)
    yield await bed.add_key(replace(acme, id=NEWCOMER), "write", "read", "admin")
    await owner.execute("DELETE FROM tenants WHERE tenant_id = $1", NEWCOMER)
    await cluster.delete(f"/{PREFIX}-{NEWCOMER}-000001")


async def state_of(owner: asyncpg.Connection, tenant: Tenant, document_id: str) -> asyncpg.Record:
    row = await owner.fetchrow(
        "SELECT indexed_at, dead_at, error, attempts, due_at - now() AS waits FROM outbox"
        " WHERE tenant_id = $1 AND document_id = $2 ORDER BY version DESC LIMIT 1",
        tenant.id,
        document_id,
    )
    assert row is not None
    return row


async def tried(owner: asyncpg.Connection, tenant: Tenant, document_id: str) -> asyncpg.Record:
    """The row, once Elasticsearch has refused it at least twice."""
    async with asyncio.timeout(15):
        while (row := await state_of(owner, tenant, document_id))["attempts"] < 2:
            await asyncio.sleep(0.02)
    return row


async def others_are_indexed(service: ServiceProcess, tenant: Tenant) -> None:
    async with asyncio.timeout(OTHERS_WITHIN_S):
        receipt = await bulk(service, tenant, index("undisturbed"))
        await job_in(service, tenant, receipt.json["job_id"], "indexed")


async def test_an_index_that_cannot_be_made_holds_up_its_own_tenant_only(
    service: ServiceProcess, cluster: Cluster, owner: asyncpg.Connection, newcomer: Tenant, acme: Tenant
) -> None:
    setting = "cluster.max_shards_per_node"
    await cluster.set("/_cluster/settings", {"persistent": {setting: 1}})
    try:
        waiting = await bulk(service, newcomer, index("first"))
        assert waiting.status == 202
        row = await tried(owner, newcomer, "first")
        assert (row["indexed_at"], row["dead_at"]) == (None, None)
        assert "maximum" in row["error"]
        await others_are_indexed(service, acme)
    finally:
        await cluster.set("/_cluster/settings", {"persistent": {setting: None}})
    await job_in(service, newcomer, waiting.json["job_id"], "indexed")


@pytest.mark.parametrize("block", ["read_only_allow_delete", "write"])
async def test_a_blocked_index_holds_up_its_own_tenant_only_and_loses_nothing(
    service: ServiceProcess,
    cluster: Cluster,
    owner: asyncpg.Connection,
    rival: Tenant,
    acme: Tenant,
    block: str,
) -> None:
    async with cluster.blocked(rival, block):
        waiting = await bulk(service, rival, *(index(f"{block}-{n}") for n in range(600)))
        assert waiting.status == 202
        await others_are_indexed(service, acme)
        row = await tried(owner, rival, f"{block}-0")
        assert "cluster_block_exception" in row["error"]
        await others_are_indexed(service, acme)
        dead = await owner.fetchval("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL")
        assert dead == 0
    done = await job_in(service, rival, waiting.json["job_id"], "indexed")
    assert done.json["indexed"] == 600


async def test_a_closed_index_holds_up_its_own_tenant_only_and_loses_nothing(
    service: ServiceProcess, cluster: Cluster, owner: asyncpg.Connection, rival: Tenant, acme: Tenant
) -> None:
    await cluster.post(f"/{PREFIX}-{rival.id}/_close")
    try:
        waiting = await bulk(service, rival, index("closed"))
        assert (await tried(owner, rival, "closed"))["dead_at"] is None
        await others_are_indexed(service, acme)
    finally:
        await cluster.post(f"/{PREFIX}-{rival.id}/_open")
    await job_in(service, rival, waiting.json["job_id"], "indexed")


@pytest.mark.parametrize("trouble", ["closed", "unreadable"])
async def test_readers_of_a_troubled_index_get_degraded_answers_and_nobody_else_does(
    service: ServiceProcess, cluster: Cluster, rival: Tenant, acme: Tenant, trouble: str
) -> None:
    async with AsyncExitStack() as end:
        if trouble == "closed":
            await cluster.post(f"/{PREFIX}-{rival.id}/_close")
            end.push_async_callback(cluster.post, f"/{PREFIX}-{rival.id}/_open")
        else:
            await end.enter_async_context(cluster.blocked(rival, "read"))
        for n in range(6):
            found = await service.search(rival, f"troubled {n}")
            assert (found.status, found.source) == (200, "empty")
            read = await service.call("GET", f"/documents/doc-{n:06d}", rival)
            assert read.status == 503
            assert found.degraded == read.degraded == {"elasticsearch"}
            paged = await service.call("GET", f"/search?q=troubled+{n}&cursor=*", rival)
            assert (paged.status, paged.source) == (200, "empty")
        # Six failures of Elasticsearch would have opened its breaker for all.
        undisturbed = await service.search(acme, "undisturbed")
        assert (undisturbed.source, undisturbed.degraded) == ("live", set())
    async with asyncio.timeout(10):
        while (await service.search(rival, "healed")).source != "live":
            await asyncio.sleep(0.05)


async def test_an_index_whose_shards_have_no_place_holds_up_its_own_tenant_only(
    service: ServiceProcess, cluster: Cluster, owner: asyncpg.Connection, newcomer: Tenant, acme: Tenant
) -> None:
    path, nowhere = f"/{PREFIX}-{newcomer.id}-000001", "index.routing.allocation.require._name"
    made = {"settings": {nowhere: "no-such-node"}, "aliases": {f"{PREFIX}-{newcomer.id}": {}}}
    await cluster.set(f"{path}?wait_for_active_shards=0", made)
    waiting = await bulk(service, newcomer, index("homeless"))
    row = await tried(owner, newcomer, "homeless")
    assert row["dead_at"] is None
    assert "unavailable_shards_exception" in row["error"]
    await others_are_indexed(service, acme)
    await cluster.set(f"{path}/_settings", {nowhere: None})
    await job_in(service, newcomer, waiting.json["job_id"], "indexed")


async def test_readiness_and_metrics_tell_of_changes_that_wait(
    service: ServiceProcess, cluster: Cluster, owner: asyncpg.Connection, rival: Tenant
) -> None:
    async with cluster.blocked(rival, "write"):
        waiting = await bulk(service, rival, index("told"))
        await tried(owner, rival, "told")
        # At least: what another test's tenant was held for is forgotten only after a while.
        async with asyncio.timeout(10):
            while (report := (await service.call("GET", "/health/ready")).json["indexing"])[
                "held_tenants"
            ] < 1 or report["oldest_s"] == 0:  # type: ignore[index]  # or it fails
                await asyncio.sleep(0.05)
        assert report["pending"] >= 1  # type: ignore[index]  # an object, or it fails
        async with asyncio.timeout(10):
            while await service.metric("outbox_held_tenants") < 1:
                await asyncio.sleep(0.05)
        assert await service.metric("changes_put_off_total", tenant=rival.id) >= 2
    await job_in(service, rival, waiting.json["job_id"], "indexed")
