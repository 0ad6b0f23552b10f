"""Sessions: a key begins one, each refresh token is good once, and whoever uses one twice ends it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import asyncpg
import pytest

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import Reply, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack

NEWS_WITHIN_S = 8.0  # what the service promises (3 s), twice, and some


def bearer(tenant: Tenant, reply: Reply) -> Tenant:
    return replace(tenant, api_key=str(reply.json["access_token"]))


async def refresh(service: ServiceProcess, reply: Reply) -> Reply:
    return await service.call("POST", "/tokens/refresh", body={"refresh_token": reply.json["refresh_token"]})


async def becomes(check: Callable[[], "asyncio.Future[Reply]"], status: int) -> Reply:
    async with asyncio.timeout(NEWS_WITHIN_S):
        while (reply := await check()).status != status:
            await asyncio.sleep(0.05)
        return reply


async def test_a_token_does_what_its_key_may_and_needs_no_postgres(
    service: ServiceProcess, acme: Tenant, rival: Tenant, bed: TestBed, proxies: Proxies
) -> None:
    reader = await bed.add_key(acme, "read")
    reply = await service.call("POST", "/tokens", reader)
    assert (reply.status, reply.json["token_type"], reply.json["expires_in"]) == (200, "Bearer", 900)
    assert reply.headers["Cache-Control"] == "no-store"
    by_token = bearer(acme, reply)
    assert (await service.call("GET", "/documents/doc-000001", by_token)).status == 200
    refused = await service.call("POST", "/documents", by_token, {"title": "t", "content": "c"})
    assert (refused.status, refused.json["type"]) == (403, "urn:document-search:problem:not-permitted")
    assert (await service.call("POST", "/tokens", by_token)).status == 401  # a token is no key
    async with proxies.refused("postgres"):
        assert (await service.search(by_token, service.bed.words()[70])).status == 200
        assert (await service.call("POST", "/tokens", rival)).status == 503


async def test_refresh_tokens_follow_one_another_and_a_second_use_ends_the_session(
    service: ServiceProcess, acme: Tenant
) -> None:
    first = await service.call("POST", "/tokens", acme)
    second = await refresh(service, first)
    third = await refresh(service, second)
    assert {first.status, second.status, third.status} == {200}
    newest = bearer(acme, third)
    assert (await service.call("GET", "/documents/doc-000001", newest)).status == 200
    assert (await refresh(service, first)).status == 401
    # The thief and the owner cannot be told apart: nobody goes on, on any worker.
    assert (await refresh(service, third)).status == 401
    await becomes(lambda: asyncio.ensure_future(service.call("GET", "/documents/doc-000001", newest)), 401)
    assert (await service.call("GET", "/documents/doc-000001", acme)).status == 200


async def test_of_two_simultaneous_exchanges_one_wins_and_the_session_ends(
    service: ServiceProcess, acme: Tenant
) -> None:
    first = await service.call("POST", "/tokens", acme)
    replies = await asyncio.gather(refresh(service, first), refresh(service, first))
    assert sorted(reply.status for reply in replies) == [200, 401]
    winner = next(reply for reply in replies if reply.status == 200)
    assert (await refresh(service, winner)).status == 401


async def test_a_session_can_be_ended(service: ServiceProcess, acme: Tenant) -> None:
    reply = await service.call("POST", "/tokens", acme)
    body = {"refresh_token": reply.json["refresh_token"]}
    assert (await service.call("POST", "/tokens/revoke", body=body)).status == 204
    assert (await service.call("POST", "/tokens/revoke", body=body)).status == 204
    assert (await refresh(service, reply)).status == 401


async def test_a_refresh_token_of_another_tenant_s_name_is_unknown(
    service: ServiceProcess, acme: Tenant, rival: Tenant
) -> None:
    reply = await service.call("POST", "/tokens", acme)
    renamed = str(reply.json["refresh_token"]).replace(acme.id, rival.id)
    assert (await service.call("POST", "/tokens/refresh", body={"refresh_token": renamed})).status == 401
    assert (await refresh(service, reply)).status == 200


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
    await becomes(lambda: asyncio.ensure_future(service.call("GET", "/documents/doc-000001", reader)), 401)
    owner = await bed.connect(bed.owner_dsn)
    actions = await owner.fetch(
        "SELECT action FROM audit_log WHERE tenant_id = $1 AND document_id = $2 ORDER BY audit_id",
        acme.id,
        str(made.json["key_id"]),
    )
    await owner.close()
    assert [row["action"] for row in actions] == ["key.create", "key.revoke"]


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
    for tier, policy in (("standard", "100;"), ("free", "10;")):
        assert (await service.call("PUT", "/admin/tenant", boss, {"tier": tier})).status == 200
        async with asyncio.timeout(NEWS_WITHIN_S):
            while not (await service.search(free, "x")).headers["RateLimit-Policy"].startswith(policy):
                await asyncio.sleep(0.3)


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


async def test_a_flood_of_one_wrong_key_is_one_query(service: ServiceProcess, bed: TestBed) -> None:
    owner = await bed.connect(bed.owner_dsn)
    wrong = {"Authorization": "Bearer sk_wrong"}
    assert (await service.call("GET", "/search?q=x", headers=wrong)).status == 401
    before = await owner.fetchval(
        "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    )
    replies = await asyncio.gather(*(service.call("GET", "/search?q=x", headers=wrong) for _ in range(300)))
    await owner.execute("SELECT pg_stat_force_next_flush()")
    after = await owner.fetchval(
        "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    )
    await owner.close()
    assert {reply.status for reply in replies} == {401}
    assert after - before < 100
