"""Sessions: a key begins one, each refresh token is good once, and whoever uses one twice ends it."""

import asyncio
from dataclasses import replace

import jwt
import pytest

from tests.reference_service.proxies import Proxies
from tests.reference_service.security.becoming import becomes
from tests.reference_service.service_process import PEPPERS, Reply, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


def bearer(tenant: Tenant, reply: Reply) -> Tenant:
    return replace(tenant, api_key=str(reply.json["access_token"]))


async def refresh(service: ServiceProcess, reply: Reply) -> Reply:
    return await service.call("POST", "/tokens/refresh", body={"refresh_token": reply.json["refresh_token"]})


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
    await becomes(lambda: service.call("GET", "/documents/doc-000001", newest), 401)
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


async def test_a_session_ends_with_its_key(service: ServiceProcess, acme: Tenant, bed: TestBed) -> None:
    key = await bed.add_key(acme, "read")
    reply = await service.call("POST", "/tokens", key)
    by_token = bearer(acme, reply)
    assert (await service.call("GET", "/documents/doc-000001", by_token)).status == 200
    owner = await bed.connect(bed.owner_dsn)
    await owner.execute(
        "UPDATE api_keys SET revoked_at = now() WHERE key_hash = $1", PEPPERS.hash(key.api_key.encode())
    )
    await owner.close()
    # The worker remembers the key for a moment; a session is begun with what PostgreSQL says.
    assert (await service.call("POST", "/tokens", key)).status == 401
    assert (await refresh(service, reply)).status == 401
    await becomes(lambda: service.call("GET", "/documents/doc-000001", by_token), 401)


async def test_a_session_lasts_no_longer_than_its_key(
    service: ServiceProcess, acme: Tenant, bed: TestBed
) -> None:
    key = await bed.add_key(acme, "read", life="60 seconds")
    reply = await service.call("POST", "/tokens", key)
    following = await refresh(service, reply)
    for one in (reply, following):
        claims = jwt.decode(str(one.json["access_token"]), options={"verify_signature": False})
        assert 0 < claims["exp"] - claims["iat"] <= 60


async def test_sessions_are_audited_with_their_key_and_the_request_that_ended_them(
    service: ServiceProcess, rival: Tenant, bed: TestBed
) -> None:
    key = await bed.add_key(rival, "write")  # any key may begin a session
    first = await service.call("POST", "/tokens", key, headers={"X-Request-Id": "audit-begin"})
    await refresh(service, first)
    body = {"refresh_token": first.json["refresh_token"]}
    await service.call("POST", "/tokens/refresh", body=body, headers={"X-Request-Id": "audit-reuse"})
    ended = await service.call("POST", "/tokens", key)
    body = {"refresh_token": ended.json["refresh_token"]}
    await service.call("POST", "/tokens/revoke", body=body, headers={"X-Request-Id": "audit-end"})
    owner = await bed.connect(bed.owner_dsn)
    rows = await owner.fetch(
        "SELECT action, tenant_id, actor FROM audit_log WHERE request_id LIKE 'audit-%' ORDER BY audit_id"
    )
    await owner.close()
    assert [row["action"] for row in rows] == ["session.begin", "session.reuse", "session.end"]
    assert {row["tenant_id"] for row in rows} == {rival.id}
    assert {row["actor"] for row in rows} == {PEPPERS.hash(key.api_key.encode()).hex()[:16]}
