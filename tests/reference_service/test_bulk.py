"""Many changes at once, all or none, and writes that are sent twice."""

import asyncio

import pytest

from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed
from tests.reference_service.writing import bulk, index, items_of, job_in

pytestmark = pytest.mark.stack

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


async def test_a_bulk_is_accepted_as_one_job_and_each_document_is_read_at_once(
    service: ServiceProcess, acme: Tenant
) -> None:
    reply = await bulk(service, acme, *(index(f"b-{n}", f"title {n}") for n in range(200)))
    assert (reply.status, reply.headers["Durability"]) == (202, "replicated")
    items = items_of(reply)
    assert [item["id"] for item in items] == [f"b-{n}" for n in range(200)]
    assert {item["outcome"] for item in items} == {"accepted"}
    read = await service.call("GET", "/documents/b-199", acme)
    assert (read.json["title"], read.json["version"]) == ("title 199", items[199]["version"])
    job = await job_in(service, acme, reply.json["job_id"], "indexed")
    assert (job.json["documents"], job.json["indexed"], job.json["failed"]) == (200, 200, 0)


async def test_the_last_of_several_changes_of_a_document_wins(service: ServiceProcess, acme: Tenant) -> None:
    reply = await bulk(service, acme, index("l-1", "first"), {"delete": {"id": "l-1"}}, index("l-1", "last"))
    assert len(items_of(reply)) == 1
    assert (await service.call("GET", "/documents/l-1", acme)).json["title"] == "last"


async def test_a_bulk_tells_of_deletes_that_found_nothing(service: ServiceProcess, acme: Tenant) -> None:
    assert (await bulk(service, acme, index("d-1"))).status == 202
    reply = await bulk(service, acme, {"delete": {"id": "d-1"}}, {"delete": {"id": "never-there"}})
    outcomes = {item["id"]: item["outcome"] for item in items_of(reply)}
    assert outcomes == {"d-1": "accepted", "never-there": "absent"}
    assert (await service.call("GET", "/documents/d-1", acme)).status == 404


@pytest.mark.parametrize(
    ("operations", "field"),
    [
        ([], "operations"),
        ([{}], "operations[0]"),
        ([{"upsert": {}}], "operations[0]"),
        ([index("ok"), {"index": {"title": "t"}}], "operations[1].index.content"),
        ([{"delete": {"id": "/"}}], "operations[0].delete.id"),
        ([index(f"n-{n}") for n in range(1001)], "operations"),
    ],
)
async def test_a_bulk_that_cannot_be_used_changes_nothing_and_says_where(
    service: ServiceProcess, rival: Tenant, operations: list[object], field: str
) -> None:
    reply = await bulk(service, rival, *operations)
    assert (reply.status, reply.headers["Content-Type"]) == (400, "application/problem+json")
    assert str(reply.json["detail"]).startswith(f"{field}: ")
    assert (await service.call("GET", "/documents/ok", rival)).status == 404


async def test_a_bulk_as_large_as_may_be_is_accepted_and_indexed_and_a_larger_one_refused(
    service: ServiceProcess, acme: Tenant
) -> None:
    def operations(content_bytes: int) -> list[object]:
        document = {"title": "t", "content": "large " * (content_bytes // 6)}
        return [{"index": {"id": f"large-{n}", **document}} for n in range(1000)]

    refused = await bulk(service, acme, *operations(10_600))
    assert (refused.status, refused.json["type"]) == (413, "urn:document-search:problem:body-too-large")
    reply = await bulk(service, acme, *operations(10_300))
    assert (reply.status, reply.headers["Durability"]) == (202, "replicated")
    assert reply.took_s < 10
    assert (await job_in(service, acme, reply.json["job_id"], "indexed")).json["indexed"] == 1000


async def test_a_document_may_be_called_bulk(service: ServiceProcess, acme: Tenant) -> None:
    assert (await bulk(service, acme, index("bulk"))).status == 202
    assert (await service.call("GET", "/documents/bulk", acme)).status == 200
    assert (await service.call("DELETE", "/documents/bulk", acme)).status == 202
    assert (await service.call("GET", "/documents/bulk", acme)).status == 404


async def test_a_bulk_needs_the_permission_and_a_key_and_counts_against_its_own_limit(
    service: ServiceProcess, bed: TestBed
) -> None:
    free = bed.tenants()["free-01"]  # one a minute, and a burst of ten
    replies = [await bulk(service, free, index(f"limit-{n}")) for n in range(12)]
    assert [reply.status for reply in replies] == [202] * 11 + [429]
    assert replies[0].headers["RateLimit-Policy"] == "1;w=60;burst=10"
    assert replies[-1].json["type"] == "urn:document-search:problem:rate-limited"
    assert (await service.call("POST", "/bulk", None, {"operations": [index("x")]})).status == 401


async def test_bulks_of_the_same_documents_do_not_deadlock(
    service: ServiceProcess, acme: Tenant, bed: TestBed
) -> None:
    names = [f"same-{n:02d}" for n in range(40)]
    assert (await bulk(service, acme, *(index(name) for name in names[::2]))).status == 202
    orders = [names, names[::-1], names[20:] + names[:20], names[10:30]] * 4
    owner = await bed.connect(bed.owner_dsn)
    before = await owner.fetchval(DEADLOCKS)
    # Old documents and ones that several make at once, indexed and deleted, named in any order.
    replies = await asyncio.gather(
        *(
            bulk(
                service,
                acme,
                *(
                    {"delete": {"id": name}} if (place + n) % 5 == 0 else index(name, f"by {place}")
                    for n, name in enumerate(order)
                ),
            )
            for place, order in enumerate(orders)
        )
    )
    assert {reply.status for reply in replies} == {202}
    await owner.execute("SELECT pg_stat_force_next_flush()")
    assert await owner.fetchval(DEADLOCKS) == before
    rows = await owner.fetch(
        "SELECT document_id, version, deleted_at FROM document_metadata WHERE tenant_id = $1", acme.id
    )
    await owner.close()
    accepted = [item for reply in replies for item in items_of(reply) if item["outcome"] == "accepted"]
    for row in rows:
        if row["document_id"] in names:
            of_it = [int(str(item["version"])) for item in accepted if item["id"] == row["document_id"]]
            assert row["version"] == max(of_it)
            status = 404 if row["deleted_at"] else 200
            assert (await service.call("GET", f"/documents/{row['document_id']}", acme)).status == status


async def test_a_write_that_is_sent_twice_is_made_once(
    service: ServiceProcess, acme: Tenant, bed: TestBed
) -> None:
    body = {"title": "once", "content": "c"}
    first, second = await asyncio.gather(
        *(service.call("POST", "/documents", acme, body, {"Idempotency-Key": "k-1"}) for _ in range(2))
    )
    assert first.json == second.json
    assert {first.headers.get("Idempotency-Replayed"), second.headers.get("Idempotency-Replayed")} == {
        None,
        "true",
    }
    owner = await bed.connect(bed.owner_dsn)
    count = await owner.fetchval("SELECT count(*) FROM audit_log WHERE document_id = $1", first.json["id"])
    await owner.close()
    assert count == 1


async def test_a_key_belongs_to_one_request_and_one_tenant(
    service: ServiceProcess, acme: Tenant, rival: Tenant
) -> None:
    key = {"Idempotency-Key": "k-2"}
    body = {"id": "i-1", "title": "one", "content": "c"}
    assert (await service.call("POST", "/documents", acme, body, key)).status == 202
    other = await service.call("POST", "/documents", acme, {**body, "title": "two"}, key)
    assert (other.status, other.json["type"]) == (422, "urn:document-search:problem:idempotency-key-reused")
    elsewhere = await service.call("POST", "/documents", rival, {**body, "title": "two"}, key)
    assert (elsewhere.status, elsewhere.headers.get("Idempotency-Replayed")) == (202, None)
    for bad in ("", "x" * 256, "\u00e9"):
        assert (await service.call("POST", "/documents", acme, body, {"Idempotency-Key": bad})).status == 400


async def test_a_bulk_and_a_delete_that_are_sent_again_are_answered_as_before(
    service: ServiceProcess, acme: Tenant
) -> None:
    operations = [index("r-2"), {"index": {"title": "no id", "content": "c"}}, index("r-1")]
    first = await bulk(service, acme, *operations, **{"Idempotency-Key": "k-3"})
    again = await bulk(service, acme, *operations, **{"Idempotency-Key": "k-3"})
    assert (first.status, again.json) == (202, first.json)
    gone = [
        await service.call("DELETE", "/documents/r-1", acme, headers={"Idempotency-Key": "k-4"})
        for _ in range(2)
    ]
    assert [reply.status for reply in gone] == [202, 202]
    assert (await service.call("DELETE", "/documents/r-1", acme)).status == 404
