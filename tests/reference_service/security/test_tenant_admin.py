"""A tenant's admin: its own keys, tier and dead letters only, in force on every worker within seconds."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from tests.reference_service.security.becoming import NEWS_WITHIN_S, becomes
from tests.reference_service.service_process import PEPPERS, Reply, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack
DOCUMENT = {"title": "t", "content": "c"}


async def test_an_admin_makes_and_revokes_keys_and_sees_only_its_own(
    service: ServiceProcess, acme: Tenant, rival: Tenant, bed: TestBed
) -> None:
    boss = await bed.add_key(acme, "admin")
    other_boss = await bed.add_key(rival, "admin")
    assert (await service.call("GET", "/admin/keys", acme)).status == 403
    made = await service.call("POST", "/admin/keys", boss, {"permissions": ["read"], "expires_in_s": 3600})
    assert made.status == 201
    reader = replace(acme, api_key=str(made.json["api_key"]))
    assert (await service.call("GET", "/documents/doc-000001", reader)).status == 200
    listed = await service.call("GET", "/admin/keys", boss)
    assert str(made.json["api_key"]) not in listed.content.decode()
    keys = listed.json["keys"]
    assert isinstance(keys, list)
    assert made.json["key_id"] in [key["key_id"] for key in keys]
    path = f"/admin/keys/{made.json['key_id']}"
    assert (await service.call("DELETE", path, other_boss)).status == 404
    assert (await service.call("DELETE", path, boss)).status == 204
    assert (await service.call("DELETE", path, boss)).status == 404
    await becomes(lambda: service.call("GET", "/documents/doc-000001", reader), 401)
    owner = await bed.connect(bed.owner_dsn)
    actions = await owner.fetch(
        "SELECT action FROM audit_log WHERE tenant_id = $1 AND document_id = $2 ORDER BY audit_id",
        acme.id,
        str(made.json["key_id"]),
    )
    await owner.close()
    assert [row["action"] for row in actions] == ["key.create", "key.revoke"]


async def test_no_number_of_ended_keys_hides_one_that_is_good(service: ServiceProcess, bed: TestBed) -> None:
    tenant = bed.tenants()["enterprise-03"]
    boss = await bed.add_key(tenant, "admin")
    owner = await bed.connect(bed.owner_dsn)
    ended = (
        "INSERT INTO api_keys (key_hash, tenant_id, permissions, {0}) SELECT sha256(('{0}' || n)::bytea), $1,"
    )
    try:
        for column in ("revoked_at", "expires_at"):
            await owner.execute(
                f"{ended.format(column)} '{{read}}', now() FROM generate_series(1, 150) n", tenant.id
            )
        good = await owner.fetchval(
            "SELECT api_key_id FROM api_keys WHERE key_hash = $1", PEPPERS.hash(boss.api_key.encode())
        )
        keys = (await service.call("GET", "/admin/keys", boss)).json["keys"]
    finally:
        await owner.execute(
            "DELETE FROM api_keys WHERE tenant_id = $1 AND key_hash <> $2",
            tenant.id,
            PEPPERS.hash(tenant.api_key.encode()),
        )
        await owner.close()
    assert isinstance(keys, list)
    assert len(keys) == 200
    assert good in [key["key_id"] for key in keys]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"permissions": []},
        {"permissions": ["root"]},
        {"permissions": ["read", "read"]},
        {"permissions": ["read"], "expires_in_s": 0},
        {"permissions": ["read"], "expires_in_s": True},
        {"permissions": ["read"], "name": "x"},
    ],
)
async def test_a_key_that_cannot_be_is_not_made(
    service: ServiceProcess, acme: Tenant, bed: TestBed, body: dict[str, object]
) -> None:
    boss = await bed.add_key(acme, "admin")
    assert (await service.call("POST", "/admin/keys", boss, body)).status == 400


async def test_an_expired_key_is_unknown(service: ServiceProcess, acme: Tenant, bed: TestBed) -> None:
    expired = await bed.add_key(acme, "read", life="-1 second")
    assert (await service.call("GET", "/documents/doc-000001", expired)).status == 401


async def test_a_tier_changes_limits_within_seconds(service: ServiceProcess, bed: TestBed) -> None:
    free = bed.tenants()["free-01"]
    boss = await bed.add_key(free, "admin")
    overview = await service.call("GET", "/admin/tenant", boss)
    assert (overview.json["tier"], overview.json["documents"]) == ("free", free.document_count)
    assert (await service.call("PUT", "/admin/tenant", boss, {"tier": "gold"})).status == 400
    session = await service.call("POST", "/tokens", free)
    by_token = replace(free, api_key=str(session.json["access_token"]))
    for tier, policy in (("standard", "100;"), ("free", "10;")):
        assert (await service.call("PUT", "/admin/tenant", boss, {"tier": tier})).status == 200
        async with asyncio.timeout(NEWS_WITHIN_S):
            while not (await service.search(by_token, "x")).headers["RateLimit-Policy"].startswith(policy):
                await asyncio.sleep(0.3)
        assert (await service.search(free, "x")).headers["RateLimit-Policy"].startswith(policy)


async def test_a_dead_letter_is_seen_and_tried_again_by_its_own_admin(
    service: ServiceProcess, acme: Tenant, rival: Tenant, bed: TestBed
) -> None:
    boss, other_boss = await bed.add_key(acme, "admin"), await bed.add_key(rival, "admin")
    receipt = await service.call("POST", "/documents", acme, {"id": "dead-1", "title": "t", "content": "c"})
    owner = await bed.connect(bed.owner_dsn)
    try:
        sequence = await buried(owner, acme, receipt)
        letters = (await service.call("GET", "/admin/dead-letters", boss)).json["dead_letters"]
        assert isinstance(letters, list)
        assert [(one["sequence"], one["error"]) for one in letters] == [(sequence, "refused by a test")]
        assert (await service.call("GET", "/admin/dead-letters", other_boss)).json["dead_letters"] == []
        path = f"/admin/dead-letters/{sequence}/retry"
        assert (await service.call("POST", path, other_boss)).status == 404
        assert (await service.call("POST", path, boss)).status == 202
        async with asyncio.timeout(10):
            while not await owner.fetchval("SELECT indexed_at FROM outbox WHERE sequence = $1", sequence):
                await asyncio.sleep(0.02)
    finally:
        await owner.close()


async def test_dead_letters_are_paged_and_all_tried_again_at_once(
    service: ServiceProcess, acme: Tenant, rival: Tenant, bed: TestBed
) -> None:
    boss = await bed.add_key(acme, "admin")
    owner = await bed.connect(bed.owner_dsn)
    try:
        own = [
            await buried(
                owner, acme, await service.call("POST", "/documents", acme, {**DOCUMENT, "id": name})
            )
            for name in ("all-1", "all-2", "all-3")
        ]
        other = await buried(owner, rival, await service.call("POST", "/documents", rival, DOCUMENT))
        seen: list[object] = []
        after: object = 0
        while after is not None:
            page = await service.call("GET", f"/admin/dead-letters?limit=2&after={after}", boss)
            letters, after = page.json["dead_letters"], page.json["next"]
            assert isinstance(letters, list)
            assert len(letters) <= 2
            seen += [letter["sequence"] for letter in letters]
        assert seen == own
        for wrong in ("limit=0", "limit=101", "after=-1", "after=x", "offset=1", "after=1&after=2"):
            assert (await service.call("GET", f"/admin/dead-letters?{wrong}", boss)).status == 400, wrong
        behind = await service.call("POST", f"/admin/dead-letters/retry?after={own[1]}", boss)
        assert (behind.status, behind.json) == (202, {"retried": 1, "next": None})
        retried = await service.call("POST", "/admin/dead-letters/retry", boss)
        assert (retried.status, retried.json) == (202, {"retried": 2, "next": None})
        async with asyncio.timeout(10):
            while await owner.fetchval(
                "SELECT count(*) FROM outbox WHERE sequence = ANY($1) AND indexed_at IS NULL", own
            ):
                await asyncio.sleep(0.02)
        assert await owner.fetchval("SELECT dead_at IS NOT NULL FROM outbox WHERE sequence = $1", other)
        assert (await service.call("GET", "/admin/dead-letters", boss)).json == {
            "dead_letters": [],
            "next": None,
        }
    finally:
        await owner.execute("UPDATE outbox SET dead_at = NULL WHERE dead_at IS NOT NULL")
        await owner.close()


async def buried(owner: asyncpg.Connection, tenant: Tenant, receipt: Reply) -> int:
    """Makes a dead letter of an indexed change, as Elasticsearch's refusal would."""
    async with asyncio.timeout(10):
        while not (
            sequence := await owner.fetchval(
                "UPDATE outbox SET dead_at = now(), error = 'refused by a test', indexed_at = NULL"
                " WHERE tenant_id = $1 AND version = $2 AND indexed_at IS NOT NULL RETURNING sequence",
                tenant.id,
                receipt.json["version"],
            )
        ):
            await asyncio.sleep(0.02)
    assert isinstance(sequence, int)
    return sequence


async def test_two_changes_at_once_are_both_learnt(
    service: ServiceProcess, acme: Tenant, bed: TestBed
) -> None:
    """The first commits after the second was already heard of: it must not be passed over."""
    late, early = await bed.add_key(acme, "read"), await bed.add_key(acme, "read")
    for key in (late, early):
        assert (await service.call("GET", "/documents/doc-000001", key)).status == 200
    slow, quick = await bed.connect(bed.owner_dsn), await bed.connect(bed.owner_dsn)
    revoke = "UPDATE api_keys SET revoked_at = now() WHERE key_hash = $1"
    transaction = slow.transaction()
    await transaction.start()
    await slow.execute(revoke, PEPPERS.hash(late.api_key.encode()))
    await quick.execute(revoke, PEPPERS.hash(early.api_key.encode()))
    await becomes(lambda: service.call("GET", "/documents/doc-000001", early), 401)
    assert (await service.call("GET", "/documents/doc-000001", late)).status == 200
    await transaction.commit()
    await becomes(lambda: service.call("GET", "/documents/doc-000001", late), 401)
    await slow.close()
    await quick.close()


async def test_a_writer_may_ask_for_its_jobs_and_reads_nothing_else(
    service: ServiceProcess, acme: Tenant, bed: TestBed
) -> None:
    writer = await bed.add_key(acme, "write")
    receipt = await service.call("POST", "/documents", writer, {"title": "t", "content": "c"})
    assert (await service.call("GET", f"/jobs/{receipt.json['job_id']}", writer)).status == 200
    for path in ("/documents/doc-000001", "/search?q=x"):
        assert (await service.call("GET", path, writer)).status == 403
