"""Accepted changes: durable, found at once by their id, soon by search, and never undone by a replay."""

import asyncio

import aiohttp
import asyncpg
import pytest
from redis.asyncio import Redis

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


async def drained(connection: asyncpg.Connection) -> None:
    """Waits until the relay has carried everything."""
    async with asyncio.timeout(15):
        while await connection.fetchval("SELECT count(*) FROM outbox WHERE indexed_at IS NULL"):
            pass


async def forget_deletions_at_once(bed: TestBed, tenant: Tenant) -> None:
    """Elasticsearch forgets the versions of deleted documents after a minute: here, with the next refresh."""
    address = f"{bed.elasticsearch_url}/check-{tenant.id}/_settings"
    async with (
        aiohttp.ClientSession() as session,
        session.put(address, json={"index": {"gc_deletes": "0s"}}) as response,
    ):
        assert response.status == 200, await response.text()


async def refreshed(bed: TestBed, tenant: Tenant) -> None:
    """Lets Elasticsearch show, and forget, what it is to show and forget."""
    for _ in range(2):
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{bed.elasticsearch_url}/check-{tenant.id}/_refresh") as response,
        ):
            assert response.status == 200


async def test_an_accepted_document_is_replicated_audited_and_found(
    service: ServiceProcess, cache: Redis, acme: Tenant, bed: TestBed
) -> None:
    body = {"id": "w-1", "title": "First", "content": "plomuvex", "tags": ["a"]}
    receipt = await service.call("POST", "/documents", acme, body)
    assert receipt.status == 202
    assert receipt.headers["Durability"] == receipt.json["durability"] == "replicated"
    assert str(receipt.json["job_id"]).startswith("job-")
    read = await service.call("GET", "/documents/w-1", acme)
    assert read.json == {**body, "version": receipt.json["version"]}
    async with asyncio.timeout(10):
        while not (found := await service.search(acme, "plomuvex")).hits:
            await cache.flushdb()
    assert found.hits[0]["id"] == "w-1"
    owner = await bed.connect(bed.owner_dsn)
    audit = await owner.fetchrow(
        "SELECT * FROM audit_log WHERE tenant_id = $1 AND document_id = 'w-1'", acme.id
    )
    await owner.close()
    assert audit is not None
    assert (audit["action"], audit["version"]) == ("index", receipt.json["version"])


async def test_a_document_without_an_id_gets_one(service: ServiceProcess, acme: Tenant) -> None:
    receipt = await service.call("POST", "/documents", acme, {"title": "t", "content": "c"})
    assert (await service.call("GET", f"/documents/{receipt.json['id']}", acme)).status == 200


async def test_a_change_has_a_higher_version_and_is_seen_at_once(
    service: ServiceProcess, acme: Tenant
) -> None:
    versions = []
    for number in range(5):
        body = {"id": "w-2", "title": f"Edition {number}", "content": "c"}
        versions.append((await service.call("POST", "/documents", acme, body)).json["version"])
        assert (await service.call("GET", "/documents/w-2", acme)).json["title"] == f"Edition {number}"
    numbers = [int(str(version)) for version in versions]
    assert numbers == sorted(set(numbers))


async def test_concurrent_changes_of_one_document_end_with_the_newest_version(
    service: ServiceProcess, cache: Redis, acme: Tenant, bed: TestBed
) -> None:
    bodies = [{"id": "w-3", "title": f"Edition {n}", "content": "c"} for n in range(40)]
    receipts = await asyncio.gather(*(service.call("POST", "/documents", acme, body) for body in bodies))
    # A slower one whose turn has passed gets a newer version.
    assert {r.status for r in receipts} == {202}
    newest = max(receipts, key=lambda r: int(str(r.json["version"])))
    owner = await bed.connect(bed.owner_dsn)
    await drained(owner)
    await owner.close()
    await cache.flushdb()
    read = await service.call("GET", "/documents/w-3", acme)
    assert read.source == "live"
    assert read.json["version"] == newest.json["version"]
    assert read.json["title"] == bodies[receipts.index(newest)]["title"]


async def test_a_deleted_document_is_gone_at_once_and_its_deletion_is_no_news_twice(
    service: ServiceProcess, cache: Redis, acme: Tenant, bed: TestBed
) -> None:
    await service.call("POST", "/documents", acme, {"id": "w-4", "title": "t", "content": "c"})
    assert (await service.call("DELETE", "/documents/w-4", acme)).status == 202
    assert (await service.call("GET", "/documents/w-4", acme)).status == 404
    assert (await service.call("DELETE", "/documents/w-4", acme)).status == 404
    owner = await bed.connect(bed.owner_dsn)
    await drained(owner)
    await owner.close()
    await cache.flushdb()
    assert (await service.call("GET", "/documents/w-4", acme)).status == 404


async def test_replaying_the_whole_outbox_changes_nothing(
    service: ServiceProcess, cache: Redis, acme: Tenant, bed: TestBed
) -> None:
    await forget_deletions_at_once(bed, acme)
    for number in range(3):
        body = {"id": "w-5", "title": f"Edition {number}", "content": "c"}
        newest = (await service.call("POST", "/documents", acme, body)).json["version"]
        await service.call("POST", "/documents", acme, {**body, "id": f"w-6-{number}"})
        await service.call("DELETE", f"/documents/w-6-{number}", acme)
    owner = await bed.connect(bed.owner_dsn)
    await drained(owner)
    await refreshed(bed, acme)
    # First without the deletions, which would put right what a replayed document puts wrong.
    for rows in ("operation = 'index'", "true"):
        await owner.execute(f"UPDATE outbox SET indexed_at = NULL WHERE {rows}")  # noqa: S608 - from this line
        await drained(owner)
        await cache.flushdb()
        for number in range(3):
            assert (await service.call("GET", f"/documents/w-6-{number}", acme)).source is None, rows
    dead = await owner.fetchval("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL")
    await owner.close()
    assert dead == 0
    await cache.flushdb()
    read = await service.call("GET", "/documents/w-5", acme)
    assert (read.json["version"], read.json["title"]) == (newest, "Edition 2")
    for number in range(3):
        assert (await service.call("GET", f"/documents/w-6-{number}", acme)).status == 404


async def test_one_s_own_write_is_read_while_elasticsearch_is_away_even_without_the_cache(
    service: ServiceProcess, cache: Redis, proxies: Proxies, acme: Tenant
) -> None:
    async with proxies.refused("elasticsearch"):
        body = {"id": "w-7", "title": "t", "content": "written in the dark"}
        receipt = await service.call("POST", "/documents", acme, body)
        assert (receipt.status, receipt.json["durability"]) == (202, "replicated")
        await cache.flushdb()
        read = await service.call("GET", "/documents/w-7", acme)
        assert (read.status, read.source, read.degraded) == (200, "live", {"elasticsearch"})
        assert read.json["content"] == "written in the dark"
        await service.call("DELETE", "/documents/w-7", acme)
        await cache.flushdb()
        assert (await service.call("GET", "/documents/w-7", acme)).status == 404


async def test_writes_of_an_outage_reach_the_index_after_it(
    service: ServiceProcess, cache: Redis, proxies: Proxies, acme: Tenant
) -> None:
    async with proxies.refused("elasticsearch"):
        for number in range(20):
            body = {"id": f"w-8-{number}", "title": "t", "content": "outagewords"}
            assert (await service.call("POST", "/documents", acme, body)).status == 202
    async with asyncio.timeout(10):
        while len((await service.call("GET", "/search?q=outagewords&limit=50", acme)).hits) < 20:
            await cache.flushdb()


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/json", b"{", 400),
        ("application/json", b"x" * (10 * 1024 * 1024 + 1), 413),
    ],
)
async def test_bad_bodies_are_refused(
    service: ServiceProcess, acme: Tenant, content_type: str, body: bytes, status: int
) -> None:
    assert service.session is not None
    headers = {**acme.headers, "Content-Type": content_type}
    async with service.session.post("/documents", data=body, headers=headers) as response:
        assert response.status == status
        assert response.content_type == "application/problem+json"
