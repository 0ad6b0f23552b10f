"""Jobs: how far an accepted write has come, told as it is, or with its age."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed
from tests.reference_service.writing import bulk, index, items_of, job_in

pytestmark = pytest.mark.stack


async def test_a_job_tells_of_every_document_and_when(service: ServiceProcess, acme: Tenant) -> None:
    before_ms = time.time() * 1000
    receipt = await bulk(service, acme, index("jd-2"), index("jd-1"), {"delete": {"id": "jd-never"}})
    job = (await job_in(service, acme, receipt.json["job_id"], "indexed")).json
    assert (job["documents"], job["indexed"], job["absent"], job["failed"], job["accepted"]) == (
        3,
        2,
        1,
        0,
        0,
    )
    versions = {item["id"]: item["version"] for item in items_of(receipt)}
    assert job["items"] == [
        {"id": "jd-1", "version": versions["jd-1"], "state": "indexed"},
        {"id": "jd-2", "version": versions["jd-2"], "state": "indexed"},
        {"id": "jd-never", "version": None, "state": "absent"},
    ]
    assert before_ms - 100 < int(str(job["accepted_ms"])) <= int(str(job["finished_ms"]))
    assert int(str(job["finished_ms"])) < time.time() * 1000 + 100


async def test_what_a_job_says_is_indexed_is_found_after_a_refresh(
    service: ServiceProcess, cache: Redis, acme: Tenant
) -> None:
    receipt = await bulk(service, acme, *(index(f"jv-{n}", "kwyjibo") for n in range(30)))
    await job_in(service, acme, receipt.json["job_id"], "indexed")
    async with asyncio.timeout(3):  # refreshed every second
        while (await service.search(acme, "kwyjibo")).json["total"] != 30:
            await cache.flushdb()


async def test_deletes_that_find_nothing_have_a_job_too(service: ServiceProcess, acme: Tenant) -> None:
    receipt = await bulk(service, acme, {"delete": {"id": "jn-1"}}, {"delete": {"id": "jn-2"}})
    job = await service.call("GET", f"/jobs/{receipt.json['job_id']}", acme)
    assert (job.status, job.json["state"], job.json["absent"]) == (200, "indexed", 2)
    assert job.json["finished_ms"] == job.json["accepted_ms"]


async def test_a_job_that_waits_is_never_told_from_memory_while_postgres_answers(
    service: ServiceProcess, proxies: Proxies, acme: Tenant
) -> None:
    async with proxies.refused("elasticsearch"):
        job_id = (await bulk(service, acme, index("jw-1"))).json["job_id"]
        for _ in range(3):
            reply = await service.call("GET", f"/jobs/{job_id}", acme)
            assert (reply.source, reply.json["state"], reply.json["finished_ms"]) == (
                "live",
                "accepted",
                None,
            )
    await job_in(service, acme, job_id, "indexed")


async def test_a_job_that_waits_is_told_with_its_age_while_postgres_is_away(
    service: ServiceProcess, proxies: Proxies, acme: Tenant, cache: Redis
) -> None:
    async with proxies.refused("elasticsearch"):
        job_id = (await bulk(service, acme, index("ja-1"))).json["job_id"]
        async with asyncio.timeout(5):
            while not await cache.exists(f"job:{acme.id}:{job_id}"):
                pass
        async with proxies.refused("postgres"):
            reply = await service.call("GET", f"/jobs/{job_id}", acme)
            assert (reply.status, reply.source, reply.json["state"]) == (200, "stale", "accepted")
            assert reply.degraded == {"postgres"}
            assert int(reply.headers["Age"]) >= 0
    await job_in(service, acme, job_id, "indexed")


async def test_a_job_with_a_document_that_elasticsearch_will_not_take_has_failed(
    service: ServiceProcess, proxies: Proxies, acme: Tenant, bed: TestBed
) -> None:
    async with proxies.refused("elasticsearch"):
        receipt = await bulk(service, acme, index("jf-1"), index("jf-2"))
        owner = await bed.connect(bed.owner_dsn)
        await owner.execute(
            """UPDATE outbox SET document = '{"title": {"not": "text"}}' WHERE document_id = 'jf-2'"""
        )
    job = (await job_in(service, acme, receipt.json["job_id"], "failed")).json
    await owner.execute("DELETE FROM outbox WHERE document_id = 'jf-2'")
    await owner.close()
    assert (job["indexed"], job["failed"]) == (1, 1)
    states = {item["id"]: item["state"] for item in job["items"]}  # type: ignore[attr-defined]  # a list, or it fails
    assert states == {"jf-1": "indexed", "jf-2": "failed"}


async def test_a_job_is_nobody_else_s(service: ServiceProcess, acme: Tenant, rival: Tenant) -> None:
    job_id = (await bulk(service, acme, index("j-1"))).json["job_id"]
    await job_in(service, acme, job_id, "indexed")
    for path in (f"/jobs/{job_id}", "/jobs/job-" + "0" * 32, "/jobs/other"):
        reply = await service.call("GET", path, rival)
        assert (reply.status, reply.json["type"]) == (404, "urn:document-search:problem:no-such-job")


async def test_a_job_that_is_over_is_known_while_postgres_is_away(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, cache: Redis
) -> None:
    job_id = (await bulk(service, acme, index("k-1"))).json["job_id"]
    await job_in(service, acme, job_id, "indexed")
    async with asyncio.timeout(5):
        while not await cache.exists(f"job:{acme.id}:{job_id}"):
            pass
    async with proxies.refused("postgres"):
        reply = await service.call("GET", f"/jobs/{job_id}", acme)
        assert (reply.status, reply.source, reply.json["state"]) == (200, "cache", "indexed")
        assert (await service.call("GET", "/jobs/job-" + "1" * 32, acme)).status == 503


async def test_a_herd_on_one_job_is_one_question_to_postgres(
    service: ServiceProcess, acme: Tenant, bed: TestBed, cache: Redis
) -> None:
    job_id = (await bulk(service, acme, index("jh-1"))).json["job_id"]
    await job_in(service, acme, job_id, "indexed")
    async with asyncio.timeout(5):
        while (await service.call("GET", f"/jobs/{job_id}", acme)).source != "cache":
            await asyncio.sleep(0.01)
    await cache.flushdb()
    owner, watcher = await bed.connect(bed.owner_dsn), await bed.connect(bed.owner_dsn)
    held_up = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%job_doc%'"
    )
    most = 0
    try:
        async with asyncio.TaskGroup() as group, owner.transaction():
            await owner.execute("LOCK TABLE absent_documents")
            herd = [group.create_task(service.call("GET", f"/jobs/{job_id}", acme)) for _ in range(40)]
            # The answers are due within half a second.
            until_s = time.monotonic() + 0.2
            while time.monotonic() < until_s:
                most = max(most, await watcher.fetchval(held_up))
    finally:
        await owner.close()
        await watcher.close()
    assert most == 1
    assert {task.result().status for task in herd} == {200}
