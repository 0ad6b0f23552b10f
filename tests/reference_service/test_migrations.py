"""Migrations go forward, while the service goes on: short locks, batches, and on where they were stopped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from reference_service.ports.dependency_tls import DependencyTls
from reference_service.schema.migrate import Migration, MigrationConflictError, migrate, migrations
from tests.reference_service.service_process import DATABASE, TestBed

pytestmark = pytest.mark.stack
PLAIN = DependencyTls("")
SCRATCH = "stormproof_migrations"
ROWS, BATCH = 2500, 1000
AUDIT = "CREATE FUNCTION ensure_audit_months(integer) RETURNS void LANGUAGE sql AS ''"
MADE = Migration(1, "0001_made.sql", f"{AUDIT}; CREATE TABLE things (id int PRIMARY KEY, old text)", "a")
EXPANDED = Migration(2, "0002_expanded.sql", "ALTER TABLE things ADD COLUMN new text", "b")
FILLED = Migration(
    3,
    "0003_filled.backfill.sql",
    "UPDATE things SET new = upper(old) WHERE id IN"
    " (SELECT id FROM things WHERE new IS NULL ORDER BY id LIMIT 1000 FOR UPDATE)",
    "c",
    in_batches=True,
)
CONTRACTED = Migration(4, "0004_contracted.sql", "ALTER TABLE things DROP COLUMN old", "d")


@pytest_asyncio.fixture
async def scratch(bed: TestBed) -> AsyncIterator[str]:
    """The address of an empty database."""
    dsn = bed.owner_dsn.replace(f"/{DATABASE}", f"/{SCRATCH}")
    owner = await bed.connect(bed.owner_dsn)
    await owner.execute(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")
    yield dsn
    await owner.execute(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")
    await owner.close()


async def test_expand_backfill_contract(bed: TestBed, scratch: str) -> None:
    assert await migrate(scratch, PLAIN, [MADE]) == [MADE.name]
    client = await bed.connect(scratch)
    await client.execute(
        "INSERT INTO things SELECT i, 'row ' || i FROM generate_series(1, $1) AS s (i)", ROWS
    )
    assert await migrate(scratch, PLAIN, [MADE, EXPANDED, FILLED]) == [EXPANDED.name, FILLED.name]
    assert await client.fetchval("SELECT count(*) FROM things WHERE new = upper(old)") == ROWS
    # Three batches of rows and one that found none left, each a transaction of its own.
    assert await client.fetchval("SELECT count(DISTINCT xmin::text) FROM things") == 3
    assert await migrate(scratch, PLAIN, [MADE, EXPANDED, FILLED, CONTRACTED]) == [CONTRACTED.name]
    assert await migrate(scratch, PLAIN, [MADE, EXPANDED, FILLED, CONTRACTED]) == []
    await client.close()


async def test_a_migration_that_meets_a_long_query_makes_nobody_wait_behind_it(
    bed: TestBed, scratch: str
) -> None:
    await migrate(scratch, PLAIN, [MADE])
    reader, client = await bed.connect(scratch), await bed.connect(scratch)
    transaction = reader.transaction()
    await transaction.start()
    await reader.fetch("SELECT * FROM things")
    migrating = asyncio.create_task(migrate(scratch, PLAIN, [MADE, EXPANDED]))
    took_s: list[float] = []
    async with asyncio.timeout(20):
        # Until three writes had to wait behind it.
        while sum(took > 0.1 for took in took_s) < 3:
            began_s = time.monotonic()
            await client.execute("INSERT INTO things SELECT coalesce(max(id), 0) + 1 FROM things")
            took_s.append(time.monotonic() - began_s)
            await asyncio.sleep(0.01)
    assert max(took_s) < 2  # the lock's 500 ms, on a busy machine
    assert not migrating.done()
    await transaction.rollback()
    assert await asyncio.wait_for(migrating, 20) == [EXPANDED.name]
    await reader.close()
    await client.close()


async def test_one_that_was_stopped_goes_on_where_it_was(bed: TestBed, scratch: str) -> None:
    await migrate(scratch, PLAIN, [MADE, EXPANDED])
    client = await bed.connect(scratch)
    await client.execute("INSERT INTO things SELECT i, 'row' FROM generate_series(1, $1) AS s (i)", ROWS)
    await client.execute(
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN IF NEW.id > 1500 THEN RAISE 'stopped'; END IF; RETURN NEW; END $$;"
        " CREATE TRIGGER stop BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION stop()"
    )
    everything = [MADE, EXPANDED, FILLED]
    with pytest.raises(asyncpg.RaiseError, match="stopped"):
        await migrate(scratch, PLAIN, everything)
    assert await client.fetchval("SELECT count(*) FROM things WHERE new IS NOT NULL") == BATCH
    await client.execute("DROP TRIGGER stop ON things")
    assert await migrate(scratch, PLAIN, everything) == [FILLED.name]
    assert not await client.fetchval("SELECT count(*) FROM things WHERE new IS NULL")
    await client.close()


async def test_an_applied_file_that_was_changed_is_refused(scratch: str) -> None:
    await migrate(scratch, PLAIN, [MADE])
    changed = Migration(MADE.number, MADE.name, MADE.sql, "another digest")
    with pytest.raises(MigrationConflictError, match="Applied files stay as they are"):
        await migrate(scratch, PLAIN, [changed])


async def test_two_at_once_apply_everything_once(scratch: str) -> None:
    done = await asyncio.gather(*(migrate(scratch, PLAIN) for _ in range(3)))
    assert sorted(name for names in done for name in names) == [each.name for each in migrations()]
