"""Making changes durable in PostgreSQL, where the first answer was lost and the same is sent again."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest
import pytest_asyncio

from reference_service.ports import postgres
from reference_service.ports.changes import Changes, SupersededError
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Breaker, BreakerPolicy, Deadline, Guard, GuardRules
from reference_service.writes.change import Change, ChangeKind
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.hybrid_clock import HybridClock
from reference_service.writes.idempotency import Idempotency, KeyReusedError
from reference_service.writes.receipt import Outcome
from tests.reference_service.service_process import Tenant, TestBed

pytestmark = pytest.mark.stack

clock = HybridClock(900, lambda: time.time_ns() // 1_000_000)


def deadline() -> Deadline:
    return Deadline.after(5.0, time.monotonic)


def change_set(tenant: Tenant, job: str, *documents: str, key: str | None = None) -> ChangeSet:
    changes = tuple(
        Change(d, clock.next_version(), ChangeKind.INDEX, '{"title":"t","content":"c","tags":[]}')
        for d in documents
    )
    idempotency = Idempotency(key, b"f" * 32) if key else None
    return ChangeSet(tenant.id, job, "actor", "request", clock.now_ms(), changes, idempotency)


@pytest_asyncio.fixture
async def changes(bed: TestBed) -> AsyncIterator[Changes]:
    pool = PostgresPool(lambda: bed.connect(bed.service_dsn), 4)
    breaker = Breaker(BreakerPolicy(), time.monotonic)
    yield Changes(pool, Guard("postgres", breaker, GuardRules(postgres.is_fault), time.monotonic))
    await pool.close()


@pytest_asyncio.fixture
async def owner(bed: TestBed) -> AsyncIterator[asyncpg.Connection]:
    connection = await bed.connect(bed.owner_dsn)
    yield connection
    await connection.close()


@pytest.mark.parametrize("key", [None, "lost-answer"])
async def test_the_same_set_again_is_the_same_set_and_no_replay(
    changes: Changes, owner: asyncpg.Connection, acme: Tenant, key: str | None
) -> None:
    one = change_set(acme, f"job-lost-{key}", "lost-1", "lost-2", key=key)
    first = await changes.accept(one, deadline(), 0.0)
    second = await changes.accept(one, deadline(), 0.0)
    assert first == second
    assert (second.replayed, second.job_id) == (False, one.job_id)
    for table in ("audit_log", "outbox"):
        rows = await owner.fetch(
            f"SELECT document_id FROM {table} WHERE version = ANY($1)",  # noqa: S608 - from the line above
            [change.version for change in one.changes],
        )
        assert sorted(row["document_id"] for row in rows) == ["lost-1", "lost-2"]


async def test_a_deletion_whose_answer_was_lost_is_not_absent(changes: Changes, acme: Tenant) -> None:
    await changes.accept(change_set(acme, "job-d1", "gone-1"), deadline(), 0.0)
    deletion = Change("gone-1", clock.next_version(), ChangeKind.DELETE, None)
    one = replace(change_set(acme, "job-d2"), changes=(deletion,))
    for _ in range(2):
        receipt = await changes.accept(one, deadline(), 0.0)
        assert receipt.items[0].outcome is Outcome.ACCEPTED
    later = replace(one, job_id="job-d3", changes=(replace(deletion, version=clock.next_version()),))
    assert (await changes.accept(later, deadline(), 0.0)).items[0].outcome is Outcome.ABSENT


async def test_a_replay_knows_what_was_overtaken_since(changes: Changes, acme: Tenant) -> None:
    first = change_set(acme, "job-o1", "over-1", "over-2", key="overtaken")
    await changes.accept(first, deadline(), 0.0)
    await changes.accept(change_set(acme, "job-o2", "over-2"), deadline(), 0.0)
    again = await changes.accept(replace(first, job_id="job-o3"), deadline(), 0.0)
    assert (again.job_id, again.replayed) == ("job-o1", True)
    assert {item.document_id: item.is_newest for item in again.items} == {"over-1": True, "over-2": False}


async def test_an_older_version_is_refused_and_the_whole_set_with_it(
    changes: Changes, owner: asyncpg.Connection, acme: Tenant
) -> None:
    late = change_set(acme, "job-s1", "super-1", "super-2", key="superseded")
    newest = change_set(acme, "job-s2", "super-2")
    await changes.accept(newest, deadline(), 0.0)
    with pytest.raises(SupersededError) as raised:
        await changes.accept(late, deadline(), 0.0)
    assert raised.value.version == newest.changes[0].version
    assert not await owner.fetchval("SELECT count(*) FROM document_metadata WHERE document_id = 'super-1'")
    assert not await owner.fetchval("SELECT count(*) FROM idempotency_keys WHERE key = 'superseded'")


async def test_a_key_is_free_again_after_a_day(
    changes: Changes, owner: asyncpg.Connection, acme: Tenant
) -> None:
    await changes.accept(change_set(acme, "job-k1", "day-1", key="daily"), deadline(), 0.0)
    other = change_set(acme, "job-k2", "day-2", key="daily")
    other = replace(other, idempotency=Idempotency("daily", b"o" * 32))
    with pytest.raises(KeyReusedError):
        await changes.accept(other, deadline(), 0.0)
    await owner.execute(
        "UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = 'daily'"
    )
    receipt = await changes.accept(other, deadline(), 0.0)
    assert (receipt.job_id, receipt.replayed) == ("job-k2", False)
