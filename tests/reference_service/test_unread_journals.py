"""A journal that cannot be read makes nothing that was acknowledged look as if it had never been."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from reference_service.writes.change import Change, ChangeKind
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.journal.journal_file import JournalFile
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed
from tests.reference_service.writing import bulk, index, job_in

pytestmark = pytest.mark.stack
GARBAGE = b"this was a journal " * 300
ROOM = 10_000_000
WAITING = Change("left-1", 5, ChangeKind.INDEX, '{"title":"t","content":"c","tags":[]}')


def leave_journal(path: Path, changes: ChangeSet) -> None:
    """As a worker that died leaves it."""
    file = JournalFile.open(path, ROOM)
    file.append([changes])
    file.close()


async def test_what_a_ruined_journal_may_hold_is_uncertain_until_it_is_mended(
    service: ServiceProcess, acme: Tenant, bed: TestBed, proxies: Proxies, cache: Redis
) -> None:
    await job_in(service, acme, (await bulk(service, acme, index("both-1", "old"))).json["job_id"], "indexed")
    doomed = ServiceProcess(bed, bed.ports.port_base + SERVICE_OFFSET + 1, SERVICE_WORKER="1")
    await doomed.start()
    await doomed.wait_for("ready", 15)
    path = bed.directory / "journal" / "worker-1.journal"
    async with proxies.refused("postgres"):
        receipt = await bulk(doomed, acme, index("lone-1"), index("both-1", "new"))
        assert (receipt.status, receipt.json["durability"]) == (202, "local")
        # Ruined before its owner ends: who takes a dead owner's journal over keeps the file that it opened.
        whole = {one: one.read_bytes() for one in path.parent.glob("worker-1.journal*")}
        for one in whole:
            one.unlink()
        path.write_bytes(GARBAGE)
        await doomed.kill()
        await cache.flushdb()
    await service.wait_for("ready", 15)
    job = f"/jobs/{receipt.json['job_id']}"
    await cache.flushdb()
    for path_of_request, name in (("/documents/lone-1", "lone-1"), (job, "job")):
        unsure = await service.call("GET", path_of_request, acme)
        assert (unsure.status, unsure.degraded) == (503, {"journal"}), name
    old = await service.call("GET", "/documents/both-1", acme)
    assert (old.status, old.json["title"], old.degraded) == (200, "old", {"journal"})
    assert (await service.call("DELETE", "/documents/lone-1", acme)).status == 503
    keyed = {"Idempotency-Key": "unread-1"}
    body = {"title": "t", "content": "c"}
    assert (await service.call("POST", "/documents", acme, body, keyed)).status == 503
    # A dead worker's journal behind the ruined one is carried over all the same.
    left = ChangeSet(acme.id, f"job-{7:032x}", "actor", "request", 1, (WAITING,))
    leave_journal(path.with_name("worker-3.journal"), left)
    await job_in(service, acme, left.job_id, "indexed")
    # What no journal can change is as ever.
    assert (await bulk(service, acme, index("free-1"))).json["durability"] == "replicated"
    async with asyncio.timeout(5):
        while await service.metric("journals_unreadable") != 1:
            await asyncio.sleep(0.05)
    assert await service.metric("degraded_answers_total", reason="journal") >= 3
    assert "worker-1.journal cannot be read" in service.log()

    path.unlink()
    for one, content in whole.items():
        one.write_bytes(content)
    await job_in(service, acme, receipt.json["job_id"], "indexed")
    for name, title in (("lone-1", "t"), ("both-1", "new")):
        found = await service.call("GET", f"/documents/{name}", acme)
        assert (found.status, found.json["title"], found.degraded) == (200, title, set())
    async with asyncio.timeout(5):
        while await service.metric("journals_unreadable"):
            await asyncio.sleep(0.05)
