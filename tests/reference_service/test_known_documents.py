"""Questions for documents that do not exist spare Elasticsearch; no document is ever taken for one."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from reference_service.documents.known_documents import KnownDocuments, KnownDocumentsPolicy
from reference_service.ports.document_names import FIRST, DocumentNames, Name
from reference_service.ports.postgres import is_fault
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Breaker, BreakerPolicy, Guard, GuardRules
from tests.reference_service.hand_clock import HandClock
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed
from tests.reference_service.writing import index

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def names(bed: TestBed) -> AsyncIterator[DocumentNames]:
    pool = PostgresPool(lambda: bed.connect(bed.service_dsn), 2)
    clock = HandClock()
    guard = Guard("postgres", Breaker(BreakerPolicy(), clock), GuardRules(is_fault), clock)
    yield DocumentNames(pool, guard, clock, 5.0)
    await pool.close()


async def gets(bed: TestBed) -> int:
    """Documents that Elasticsearch was asked for."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{bed.elasticsearch_url}/check-enterprise-01/_stats/get") as response,
    ):
        return int((await response.json())["_all"]["total"]["get"]["total"])


async def ask(service: ServiceProcess, tenant: Tenant, document_id: str) -> int:
    return (await service.call("GET", f"/documents/{document_id}", tenant)).status


@pytest_asyncio.fixture
async def filtering(service: ServiceProcess, acme: Tenant, bed: TestBed) -> ServiceProcess:
    """The service with its filter made, which it makes in the background."""
    async with asyncio.timeout(10):
        n, before = 0, -1
        while (now := await gets(bed)) != before:
            before = now
            assert await ask(service, acme, f"not-there-{(n := n + 1)}") == 404
    return service


async def test_what_never_existed_is_told_without_elasticsearch(
    filtering: ServiceProcess, acme: Tenant, bed: TestBed
) -> None:
    before = await gets(bed)
    assert {await ask(filtering, acme, f"nothing-{n}") for n in range(200)} == {404}
    # One in a hundred looks like one that exists.
    assert await gets(bed) - before < 15


async def test_what_came_after_the_filter_was_made_is_found(
    filtering: ServiceProcess, acme: Tenant, cache: Redis
) -> None:
    operations = [index(f"later-{n}") for n in range(50)]
    reply = await filtering.call("POST", "/bulk", acme, {"operations": operations})
    assert reply.status == 202
    await cache.flushdb()  # the cache, too, has it: here it shall not help
    assert {await ask(filtering, acme, f"later-{n}") for n in range(50)} == {200}
    async with asyncio.timeout(10):
        job = f"/jobs/{reply.json['job_id']}"
        while (await filtering.call("GET", job, acme)).json["state"] != "indexed":
            await asyncio.sleep(0.02)
    await cache.flushdb()
    assert {await ask(filtering, acme, f"later-{n}") for n in range(50)} == {200}


async def test_without_postgres_elasticsearch_is_asked_as_if_there_were_no_filter(
    filtering: ServiceProcess, acme: Tenant, bed: TestBed, proxies: Proxies
) -> None:
    before = await gets(bed)
    async with proxies.hung("postgres"):
        reply = await filtering.call("GET", "/documents/nothing-at-all", acme)
    assert reply.took_s < 0.55
    assert reply.status in (404, 503)
    assert await gets(bed) - before == 1


async def test_it_knows_every_document_and_is_not_believed_when_it_is_too_old_or_too_small(
    names: DocumentNames, bed: TestBed
) -> None:
    owner = await bed.connect(bed.owner_dsn)
    try:
        documents = await owner.fetch("SELECT tenant_id, document_id FROM document_metadata")
    finally:
        await owner.close()
    clock = HandClock()
    known = KnownDocuments(names, KnownDocumentsPolicy(10_000, 3600, 7200), clock)
    assert not known.is_strange("enterprise-01", "nothing")  # nothing was read yet: nobody can tell
    await known.renew()
    assert not any(known.is_strange(row["tenant_id"], row["document_id"]) for row in documents)
    strange = [n for n in range(1000) if known.is_strange("enterprise-01", f"nothing-{n}")]
    assert len(strange) > 950
    known.learn("enterprise-01", f"nothing-{strange[0]}")
    assert not known.is_strange("enterprise-01", f"nothing-{strange[0]}")
    clock.pass_s(7201)
    assert not known.is_strange("enterprise-01", f"nothing-{strange[1]}")

    small = KnownDocuments(names, KnownDocumentsPolicy(len(documents) - 1, 3600, 7200), clock)
    await small.renew()
    assert not small.is_strange("enterprise-01", "nothing")


async def test_reading_the_names_page_by_page_gets_each_once(names: DocumentNames, bed: TestBed) -> None:
    found: list[Name] = []
    after = FIRST
    while page := await names.page(after, 7):
        found += page
        after = page[-1]
    connection: asyncpg.Connection = await bed.connect(bed.owner_dsn)
    try:
        number = await connection.fetchval("SELECT count(*) FROM document_metadata")
    finally:
        await connection.close()
    assert len(found) == len(set(found)) == number
