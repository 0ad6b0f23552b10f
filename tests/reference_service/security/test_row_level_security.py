"""What the service's role can see, asked of the database itself."""

import asyncpg
import pytest

from tests.reference_service.service_process import ServiceProcess, TestBed

pytestmark = pytest.mark.stack
TENANT_TABLES = ("tenants", "api_keys", "document_metadata", "outbox", "audit_log")


async def rows(connection: asyncpg.Connection, table: str) -> set[str]:
    found = await connection.fetch(f"SELECT DISTINCT tenant_id FROM {table}")  # noqa: S608 - names of this file
    return {row["tenant_id"] for row in found}


async def test_the_role_is_not_the_owner_and_cannot_pass_the_policies(bed: TestBed) -> None:
    owner = await bed.connect(bed.owner_dsn)
    role = await owner.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'stormproof_service'")
    tables = await owner.fetch(
        "SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) AS owner"
        " FROM pg_class WHERE relname = ANY($1)",
        list(TENANT_TABLES),
    )
    await owner.close()
    assert role is not None
    assert not role["rolsuper"]
    assert not role["rolbypassrls"]
    assert len(tables) == len(TENANT_TABLES)
    for table in tables:
        assert table["relrowsecurity"], table["relname"]
        assert table["relforcerowsecurity"], table["relname"]
        assert table["owner"] != "stormproof_service"


async def test_every_table_with_a_tenant_is_under_its_policies(bed: TestBed) -> None:
    """A table that a later migration adds, too. Partitions are reached through their table alone."""
    owner = await bed.connect(bed.owner_dsn)
    tables = await owner.fetch(
        "SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,"
        " has_any_column_privilege('stormproof_service', c.oid, 'SELECT, INSERT, UPDATE') AS reached"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE a.attname = 'tenant_id' AND c.relkind IN ('r', 'p')"
        " AND c.relnamespace = 'public'::regnamespace"
    )
    await owner.close()
    reached = {table["name"]: table["forced"] for table in tables if table["reached"]}
    assert set(TENANT_TABLES) <= set(reached)
    assert [name for name, forced in reached.items() if not forced] == []


async def test_without_a_tenant_nothing_is_seen_and_with_one_only_its_own(
    service: ServiceProcess, bed: TestBed
) -> None:
    for tenant in list(bed.tenants().values())[:2]:
        await service.call("POST", "/documents", tenant, {"title": "t", "content": "c"})
    connection = await bed.connect(bed.service_dsn)
    for table in TENANT_TABLES:
        assert await rows(connection, table) == set(), table
    async with connection.transaction():
        await connection.execute("SELECT set_config('stormproof.tenant_id', 'enterprise-02', true)")
        for table in TENANT_TABLES:
            assert await rows(connection, table) == {"enterprise-02"}, table
    assert await rows(connection, "document_metadata") == set()
    await connection.close()


async def test_nothing_can_be_written_for_another_tenant(bed: TestBed) -> None:
    connection = await bed.connect(bed.service_dsn)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with connection.transaction():
            await connection.execute("SELECT set_config('stormproof.tenant_id', 'enterprise-01', true)")
            await connection.execute(
                "INSERT INTO document_metadata (tenant_id, document_id, version)"
                " VALUES ('enterprise-02', 'x', 9)"
            )
    async with connection.transaction():
        await connection.execute("SELECT set_config('stormproof.tenant_id', 'enterprise-01', true)")
        changed = await connection.execute(
            "UPDATE document_metadata SET version = 9 WHERE tenant_id = 'enterprise-02'"
        )
    assert changed == "UPDATE 0"
    await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_log",
        "UPDATE audit_log SET actor = 'nobody'",
        "UPDATE api_keys SET permissions = ARRAY['admin']",
        "SELECT * FROM audit_log_default",
        "SET ROLE stormproof_identity",
        "ALTER TABLE api_keys DISABLE ROW LEVEL SECURITY",
    ],
)
async def test_what_the_role_has_no_business_with_is_refused(bed: TestBed, statement: str) -> None:
    connection = await bed.connect(bed.service_dsn)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


async def test_the_relay_sees_the_outbox_and_no_keys(bed: TestBed) -> None:
    connection = await bed.connect(bed.service_dsn)
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE stormproof_relay")
        await connection.fetch("SELECT * FROM outbox")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.fetch("SELECT * FROM api_keys")
    await connection.close()
