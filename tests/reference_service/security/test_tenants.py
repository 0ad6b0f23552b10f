"""Tenants that are no more, and tenants that are called like what belongs to another."""

import asyncpg
import pytest

from tests.reference_service.service_process import Reply, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack
GONE = Tenant("gone", "free", "", 0)


async def test_no_tenant_is_called_like_an_index_of_another(bed: TestBed, acme: Tenant) -> None:
    """Its searches would be answered from that index."""
    owner = await bed.connect(bed.owner_dsn)
    try:
        with pytest.raises(asyncpg.CheckViolationError, match="tenant_is_no_index"):
            await owner.execute(
                "INSERT INTO tenants (tenant_id, tier) VALUES ($1, 'free')", f"{acme.id}-000001"
            )
    finally:
        await owner.close()


async def test_keys_and_tokens_of_a_tenant_that_is_gone_write_and_administer_nothing(
    service: ServiceProcess, bed: TestBed
) -> None:
    owner = await bed.connect(bed.owner_dsn)
    try:
        await owner.execute("INSERT INTO tenants (tenant_id, tier) VALUES ($1, $2)", GONE.id, GONE.tier)
        boss = await bed.add_key(GONE, "admin")
        session = await service.call("POST", "/tokens", boss)
        assert session.status == 200
        await owner.execute("DELETE FROM tenants WHERE tenant_id = $1", GONE.id)
    finally:
        await owner.close()
    token = {"Authorization": f"Bearer {session.json['access_token']}"}

    async def ask(method: str, path: str, body: object = None) -> Reply:
        return await service.call(method, path, None, body, token)

    document = {"title": "t", "content": "c"}
    for reply in (
        await ask("POST", "/documents", document),
        await service.call("POST", "/documents", None, document, {**token, "Idempotency-Key": "gone"}),
        await ask("DELETE", "/documents/a"),
        await ask("POST", "/bulk", {"operations": [{"delete": {"id": "a"}}]}),
        await ask("GET", "/admin/tenant"),
        await ask("PUT", "/admin/tenant", {"tier": "standard"}),
        await ask("POST", "/admin/keys", {"permissions": ["read"]}),
        await service.call("POST", "/tokens", boss),
    ):
        assert reply.status == 401, reply.content
