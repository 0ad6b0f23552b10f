"""Writes acknowledged while PostgreSQL was away: read at once, carried over later, lost by no death."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, Reply, ServiceProcess, Tenant, TestBed
from tests.reference_service.writing import bulk, index, items_of, job_in

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def owner(bed: TestBed) -> AsyncIterator[asyncpg.Connection]:
    connection = await bed.connect(bed.owner_dsn)
    yield connection
    await connection.close()


def second_service(bed: TestBed, journal: Path, number: int = 1) -> ServiceProcess:
    """A service of its own, as another worker."""
    port = bed.ports.port_base + SERVICE_OFFSET + number
    settings = {"SERVICE_WORKER": str(number), "SERVICE_JOURNAL_DIR": str(journal)}
    return ServiceProcess(bed, port, **settings)


async def write(
    service: ServiceProcess, tenant: Tenant, document_id: str, title: str, **headers: str
) -> Reply:
    body = {"id": document_id, "title": title, "content": "c"}
    return await service.call("POST", "/documents", tenant, body, headers)


async def versions(owner: asyncpg.Connection, document_id: str) -> list[int]:
    """What the audit log has of a document, oldest first."""
    rows = await owner.fetch(
        "SELECT version FROM audit_log WHERE document_id = $1 ORDER BY version", document_id
    )
    return [row["version"] for row in rows]


async def relayed(owner: asyncpg.Connection, document_id: str, version: object) -> None:
    async with asyncio.timeout(20):
        while not await owner.fetchval(
            "SELECT indexed_at FROM outbox WHERE document_id = $1 AND version = $2", document_id, version
        ):
            await asyncio.sleep(0.02)


async def test_a_local_write_is_read_by_every_worker_without_postgres_elasticsearch_and_redis(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, bed: TestBed, owner: asyncpg.Connection
) -> None:
    other = second_service(bed, bed.directory / "journal")
    await other.start()
    try:
        await other.wait_for("ready", 15)
        async with (
            proxies.refused("postgres"),
            proxies.refused("elasticsearch"),
            proxies.refused("redis-cache"),
        ):
            receipt = await write(service, acme, "away-1", "seen by all")
            assert (receipt.status, receipt.json["durability"]) == (202, "local")
            for reader in (service, other):
                read = await reader.call("GET", "/documents/away-1", acme)
                assert (read.status, read.json["title"]) == (200, "seen by all")
            assert (await service.call("DELETE", "/documents/away-1", acme)).status == 202
            gone = await other.call("GET", "/documents/away-1", acme)
            assert (gone.status, gone.degraded) == (404, {"redis-cache", "elasticsearch", "postgres"})
            last = await write(other, acme, "away-1", "again")
            assert (await service.call("GET", "/documents/away-1", acme)).json["title"] == "again"
        await relayed(owner, "away-1", last.json["version"])
        async with asyncio.timeout(10):
            while len(await versions(owner, "away-1")) < 3:
                await asyncio.sleep(0.02)
        assert (await versions(owner, "away-1"))[-1] == last.json["version"]
    finally:
        await other.stop()


async def test_local_writes_survive_kill_9_and_are_carried_by_whoever_comes_next(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, bed: TestBed, owner: asyncpg.Connection
) -> None:
    doomed = second_service(bed, bed.directory / "journal")
    await doomed.start()
    await doomed.wait_for("ready", 15)
    async with proxies.refused("postgres"):
        receipts = await asyncio.gather(*(write(doomed, acme, f"kept-{n}", "t") for n in range(20)))
        assert {reply.json["durability"] for reply in receipts} == {"local"}
        await doomed.kill()
    # The first service never saw these writes: it takes over the dead worker's journal.
    for n, reply in enumerate(receipts):
        await relayed(owner, f"kept-{n}", reply.json["version"])
        assert await versions(owner, f"kept-{n}") == [reply.json["version"]]
    async with asyncio.timeout(5):
        while (bed.directory / "journal" / "worker-1.journal").exists():
            await asyncio.sleep(0.02)


async def test_a_local_write_that_was_overtaken_is_audited_and_changes_nothing(
    service: ServiceProcess,
    acme: Tenant,
    proxies: Proxies,
    bed: TestBed,
    owner: asyncpg.Connection,
    tmp_path: Path,
) -> None:
    doomed = second_service(bed, tmp_path, 2)
    await doomed.start()
    await doomed.wait_for("ready", 15)
    async with proxies.refused("postgres"):
        old = await write(doomed, acme, "late-1", "old")
        assert old.json["durability"] == "local"
        await doomed.kill()
    await service.wait_for("ready", 15)
    new = await write(service, acme, "late-1", "new")
    assert new.json["durability"] == "replicated"
    heir = second_service(bed, tmp_path, 2)
    await heir.start()
    try:
        await relayed(owner, "late-1", old.json["version"])
        assert await versions(owner, "late-1") == [old.json["version"], new.json["version"]]
        assert (await heir.call("GET", "/documents/late-1", acme)).json["title"] == "new"
    finally:
        await heir.stop()


async def test_a_key_holds_over_the_outage(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, owner: asyncpg.Connection
) -> None:
    async with proxies.refused("postgres"):
        body = {"title": "once", "content": "c"}
        key = {"Idempotency-Key": "away-key"}
        first = await service.call("POST", "/documents", acme, body, key)
        again = await service.call("POST", "/documents", acme, body, key)
        assert (again.json, again.headers.get("Idempotency-Replayed")) == (first.json, "true")
        assert (await service.call("POST", "/documents", acme, {**body, "title": "x"}, key)).status == 422
    await relayed(owner, str(first.json["id"]), first.json["version"])
    later = await service.call("POST", "/documents", acme, body, key)
    assert (later.json["id"], later.json["version"], later.headers.get("Idempotency-Replayed")) == (
        first.json["id"],
        first.json["version"],
        "true",
    )


async def test_a_key_holds_while_what_it_was_used_for_still_waits(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, bed: TestBed, tmp_path: Path
) -> None:
    lazy = second_service(bed, tmp_path, 2)
    lazy.set("SERVICE_JOURNAL_POLL_MS", "600000")
    await lazy.start()
    try:
        await lazy.wait_for("ready", 15)
        key = {"Idempotency-Key": "waiting-key"}
        async with proxies.refused("postgres"):
            first = await write(lazy, acme, "waiting-1", "once", **key)
            assert first.json["durability"] == "local"
        await lazy.wait_for("ready", 15)
        again = await write(lazy, acme, "waiting-1", "once", **key)
        assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")
        assert (await write(lazy, acme, "waiting-1", "else", **key)).status == 422
    finally:
        await lazy.stop()


async def test_a_bulk_of_an_outage_is_one_job_and_is_carried_whole(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, owner: asyncpg.Connection
) -> None:
    assert (await write(service, acme, "whole-gone", "t")).status == 202
    operations = [index(f"whole-{n}") for n in range(200)]
    async with proxies.refused("postgres"):
        receipt = await bulk(service, acme, *operations, {"delete": {"id": "whole-gone"}})
        assert (receipt.status, receipt.json["durability"]) == (202, "local")
        job = await service.call("GET", f"/jobs/{receipt.json['job_id']}", acme)
        assert (job.json["state"], job.json["durability"], job.json["accepted"]) == ("accepted", "local", 201)
        assert (await service.call("GET", "/documents/whole-199", acme)).status == 200
        assert (await service.call("GET", "/documents/whole-gone", acme)).status == 404
    job = await job_in(service, acme, receipt.json["job_id"], "indexed")
    assert (job.json["durability"], job.json["indexed"]) == ("replicated", 201)
    assert {item["id"]: item["version"] for item in items_of(job)} == {
        item["id"]: item["version"] for item in items_of(receipt)
    }
    audited = await owner.fetchval(
        "SELECT count(*) FROM audit_log WHERE version = ANY($1)", [item["version"] for item in items_of(job)]
    )
    assert audited == 201


async def test_a_job_that_waits_on_another_machine_is_told_as_it_was_last_seen(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, bed: TestBed, cache: Redis, tmp_path: Path
) -> None:
    elsewhere = second_service(bed, tmp_path, 2)
    elsewhere.set("SERVICE_JOURNAL_POLL_MS", "600000")
    await elsewhere.start()
    try:
        await elsewhere.wait_for("ready", 15)
        async with proxies.refused("postgres"):
            receipt = await write(elsewhere, acme, "elsewhere-1", "t")
        await service.wait_for("ready", 15)
        async with asyncio.timeout(5):
            while not await cache.exists(f"job:{acme.id}:{receipt.json['job_id']}"):
                await asyncio.sleep(0.01)
        job = await service.call("GET", f"/jobs/{receipt.json['job_id']}", acme)
        assert (job.status, job.source, job.json["durability"]) == (200, "stale", "local")
    finally:
        await elsewhere.stop()


async def test_a_write_whose_commit_went_unanswered_is_made_once(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, owner: asyncpg.Connection
) -> None:
    async def write_all() -> list[Reply]:
        return await asyncio.gather(
            *(write(service, acme, f"limbo-{n}", "t", **{"Idempotency-Key": f"limbo-{n}"}) for n in range(8))
        )

    # A connection that has seen the statement sends all of it at once.
    await asyncio.gather(*(write(service, acme, "before-limbo", f"t {n}") for n in range(16)))
    async with proxies.hung("postgres"):
        first = await write_all()
        assert {reply.json["durability"] for reply in first} == {"local"}
        # PostgreSQL made some of them, and could not say so.
        assert any([await versions(owner, f"limbo-{n}") for n in range(8)])
    for n, reply in enumerate(first):
        item = {"id": f"limbo-{n}", "version": reply.json["version"], "state": "indexed"}
        assert (await job_in(service, acme, reply.json["job_id"], "indexed")).json["items"] == [item]
        assert await versions(owner, f"limbo-{n}") == [reply.json["version"]]
    again = await write_all()
    assert {reply.headers.get("Idempotency-Replayed") for reply in again} == {"true"}
    for one, other in zip(first, again, strict=True):
        assert (one.json["version"], one.json["job_id"]) == (other.json["version"], other.json["job_id"])


async def test_a_full_journal_says_so_and_takes_writes_again_when_it_is_empty(
    service: ServiceProcess,
    acme: Tenant,
    proxies: Proxies,
    bed: TestBed,
    owner: asyncpg.Connection,
    tmp_path: Path,
) -> None:
    small = second_service(bed, tmp_path, 3)
    small.set("SERVICE_JOURNAL_BYTES", "200000")
    await small.start()
    try:
        await small.wait_for("ready", 15)
        async with proxies.refused("postgres"):
            large = {"id": "large", "title": "t", "content": "x" * 90_000}
            replies = [await small.call("POST", "/documents", acme, large) for _ in range(6)]
            assert replies[0].status == 202
            refused = replies[-1]
            assert (refused.status, refused.json["type"]) == (503, "urn:document-search:problem:unavailable")
            assert int(refused.headers["Retry-After"]) >= 1
        await small.wait_for("ready", 15)
        await relayed(owner, "large", replies[0].json["version"])
        async with proxies.refused("postgres"):
            again = await small.call("POST", "/documents", acme, large)
            assert (again.status, again.json.get("durability")) == (202, "local")
    finally:
        await small.stop()


@pytest.mark.parametrize("many", [False, True])
async def test_what_waits_in_a_journal_can_be_deleted_and_stays_deleted(
    service: ServiceProcess,
    acme: Tenant,
    proxies: Proxies,
    bed: TestBed,
    cache: Redis,
    owner: asyncpg.Connection,
    tmp_path: Path,
    many: bool,
) -> None:
    names = [f"undone-{many}-{n}" for n in range(3)]
    lazy = second_service(bed, tmp_path, 2)
    lazy.set("SERVICE_JOURNAL_POLL_MS", "600000")
    await lazy.start()
    try:
        await lazy.wait_for("ready", 15)
        async with proxies.refused("postgres"):
            kept = await bulk(lazy, acme, *(index(name) for name in names))
            assert kept.json["durability"] == "local"
        await lazy.wait_for("ready", 15)
        assert (await lazy.call("GET", f"/documents/{names[0]}", acme)).status == 200
        if many:
            receipt = await bulk(lazy, acme, *({"delete": {"id": name}} for name in (*names, "undone-never")))
            outcomes = [item["outcome"] for item in items_of(receipt)]
            assert outcomes == ["accepted", "accepted", "accepted", "absent"]
        else:
            for name in names:
                receipt = await lazy.call("DELETE", f"/documents/{name}", acme)
                assert (receipt.status, receipt.headers["Durability"]) == (202, "replicated")
        await cache.flushdb()
        for name in names:
            assert (await lazy.call("GET", f"/documents/{name}", acme)).status == 404
        assert (await lazy.call("GET", f"/jobs/{kept.json['job_id']}", acme)).json["documents"] == 3
    finally:
        await lazy.stop()
    heir = second_service(bed, tmp_path, 2)
    await heir.start()
    try:
        async with asyncio.timeout(20):
            while await heir.metric("journal_waiting_sets"):
                await asyncio.sleep(0.02)
        for name, item in zip(names, items_of(kept), strict=True):
            newest = (await versions(owner, name))[-1]
            assert await versions(owner, name) == [item["version"], newest]
            await relayed(owner, name, newest)
        await cache.flushdb()
        for name in names:
            assert (await heir.call("GET", f"/documents/{name}", acme)).status == 404
    finally:
        await heir.stop()
