"""What PostgreSQL refuses of what was acknowledged without it: seen and tried again by the tenant's admin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed
from tests.reference_service.writing import bulk, index, items_of, job_in

pytestmark = pytest.mark.stack
ACCEPT = "accept_changes(text,text,text,text,timestamptz,text[],bigint[],text[],text[],text,bytea,boolean)"


@pytest_asyncio.fixture
async def owner(bed: TestBed) -> AsyncIterator[asyncpg.Connection]:
    connection = await bed.connect(bed.owner_dsn)
    yield connection
    await connection.close()


@asynccontextmanager
async def refusing(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """PostgreSQL takes no document whose name says so."""
    await owner.execute(
        "ALTER TABLE document_metadata ADD CONSTRAINT no_outlaws CHECK (document_id NOT LIKE 'outlaw-%')"
        " NOT VALID"
    )
    try:
        yield
    finally:
        await owner.execute("ALTER TABLE document_metadata DROP CONSTRAINT no_outlaws")


async def letters_of(service: ServiceProcess, boss: Tenant) -> list[dict[str, object]]:
    letters = (await service.call("GET", "/admin/dead-letters", boss)).json["dead_letters"]
    assert isinstance(letters, list)
    return letters


async def test_a_refused_change_is_a_dead_letter_and_keeps_nothing_else_back(
    service: ServiceProcess,
    acme: Tenant,
    rival: Tenant,
    bed: TestBed,
    owner: asyncpg.Connection,
    proxies: Proxies,
) -> None:
    boss, other_boss = await bed.add_key(acme, "admin"), await bed.add_key(rival, "admin")
    await service.call("GET", "/admin/tenant", boss)
    async with refusing(owner):
        async with proxies.refused("postgres"):
            receipt = await bulk(service, acme, index("lawful-1"), index("outlaw-1"), index("lawful-2"))
            assert (receipt.status, receipt.json["durability"]) == (202, "local")
        job = await job_in(service, acme, receipt.json["job_id"], "failed")
        states = {item["id"]: item["state"] for item in items_of(job)}
        assert states == {"lawful-1": "indexed", "lawful-2": "indexed", "outlaw-1": "failed"}
        (letter,) = await letters_of(service, boss)
        assert (letter["document_id"], letter["operation"]) == ("outlaw-1", "index")
        assert "no_outlaws" in str(letter["error"])
        assert await letters_of(service, other_boss) == []
        assert (await service.call("GET", "/admin/tenant", boss)).json["dead"] == 1
        # It was acknowledged: whoever asks for it gets it.
        assert (await service.call("GET", "/documents/outlaw-1", acme)).status == 200
        again = f"/admin/dead-letters/{letter['sequence']}/retry"
        assert (await service.call("POST", again, other_boss)).status == 404
        assert (await service.call("POST", again, boss)).status == 202
        assert [one["sequence"] for one in await letters_of(service, boss)] == [letter["sequence"]]
    retried = await service.call("POST", "/admin/dead-letters/retry", boss)
    assert (retried.status, retried.json["retried"]) == (202, 1)
    job = await job_in(service, acme, receipt.json["job_id"], "indexed")
    assert {item["id"]: item["version"] for item in items_of(job)} == {
        item["id"]: item["version"] for item in items_of(receipt)
    }
    assert await letters_of(service, boss) == []
    audited = await owner.fetchval(
        "SELECT count(*) FROM audit_log WHERE version = ANY($1)", [item["version"] for item in items_of(job)]
    )
    assert audited == 3
    assert await service.metric("journal_refused_sets") == 0


async def test_a_schema_that_is_not_migrated_refuses_nothing_it_makes_writes_wait(
    service: ServiceProcess, acme: Tenant, owner: asyncpg.Connection
) -> None:
    await owner.execute(f"ALTER FUNCTION {ACCEPT} RENAME TO accept_changes_of_tomorrow")
    try:
        receipt = await bulk(service, acme, index("early-1"))
        assert (receipt.status, receipt.json["durability"]) == (202, "local")
        # It was tried, and more than once.
        async with asyncio.timeout(10):
            while await service.metric("guard_events_total", guard="postgres.write", event="opened") == 0:
                await asyncio.sleep(0.05)
        assert await service.metric("journal_waiting_sets") == 1
        assert await service.metric("journal_refused_sets") == 0
    finally:
        renamed = ACCEPT.replace("accept_changes", "accept_changes_of_tomorrow")
        await owner.execute(f"ALTER FUNCTION {renamed} RENAME TO accept_changes")
    await job_in(service, acme, receipt.json["job_id"], "indexed")


async def test_what_has_no_tenant_to_be_a_dead_letter_of_stays_in_the_journal_until_it_has(
    service: ServiceProcess,
    acme: Tenant,
    bed: TestBed,
    owner: asyncpg.Connection,
    proxies: Proxies,
    tmp_path: Path,
) -> None:
    port = bed.ports.port_base + SERVICE_OFFSET + 1
    settings = {"SERVICE_JOURNAL_DIR": str(tmp_path), "SERVICE_JOURNAL_REFUSED_EVERY_S": "0.1"}
    other = ServiceProcess(bed, port, SERVICE_WORKER="1", **settings)
    make = "INSERT INTO tenants VALUES ('wanderer', 'enterprise')"
    await owner.execute(make)
    wanderer = await bed.add_key(replace(acme, id="wanderer"), "write", "read")
    await other.start()
    try:
        await other.wait_for("ready", 15)
        async with proxies.refused("postgres"):
            receipt = await bulk(other, wanderer, index("far-1"))
            assert receipt.json["durability"] == "local"
            await owner.execute("DELETE FROM tenants WHERE tenant_id = 'wanderer'")
        async with asyncio.timeout(20):
            while await other.metric("journal_refused_sets") != 1:
                await asyncio.sleep(0.05)
        assert await other.metric("journal_waiting_sets") == 0
        await owner.execute(make)
        async with asyncio.timeout(20):
            while not await owner.fetchval("SELECT indexed_at FROM outbox WHERE document_id = 'far-1'"):
                await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            while await other.metric("journal_refused_sets") != 0:
                await asyncio.sleep(0.05)
    finally:
        await other.stop()
        await owner.execute("DELETE FROM tenants WHERE tenant_id = 'wanderer'")
