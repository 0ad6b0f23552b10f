"""Accepting changes on a bad day: in time, though what comes after the acceptance hangs."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from reference_service.caching.answer_cache import AnswerCache, Clocks, Lifetimes
from reference_service.degradation import load_table
from reference_service.documents.document import Document
from reference_service.identity.identity import Identity
from reference_service.jobs.job_cache import JobCache
from reference_service.limits.tiers import Tier
from reference_service.ports import postgres
from reference_service.ports.changes import Changes
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.ports.redis_cache import RedisCache
from reference_service.resilience import Breaker, BreakerPolicy, Deadline, Guard, GuardRules
from reference_service.writes.acceptor import Acceptor, AcceptReserves, Shown, Stores, Wanted
from reference_service.writes.backlog import Backlog
from reference_service.writes.hybrid_clock import HybridClock
from reference_service.writes.journal.journal import Journal
from reference_service.writes.receipt import Durability
from tests.reference_service.hand_clock import HandClock

DEADLINE_S, ANSWER_S = 2.0, 1.0
ACME = Identity(b"k" * 32, "acme", Tier.ENTERPRISE, frozenset({"write"}), None)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def guard(rules: GuardRules) -> Guard:
    return Guard("dependency", Breaker(BreakerPolicy(), time.monotonic), rules, time.monotonic)


async def refused() -> asyncpg.Connection:
    raise ConnectionRefusedError


@pytest_asyncio.fixture
async def hung_cache() -> AsyncIterator[RedisCache]:
    """A server that takes connections, and says nothing; a command may take longer than a request."""
    taken: list[asyncio.StreamWriter] = []

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(writer)
        await asyncio.Event().wait()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = Redis.from_url(f"redis://127.0.0.1:{port}")
    any_fault = GuardRules(lambda _: True)
    yield RedisCache(client, guard(any_fault), guard(any_fault), 10 * DEADLINE_S)
    await client.aclose(close_connection_pool=True)
    for writer in taken:
        writer.close()
    server.close()


async def test_what_was_accepted_is_said_in_time_though_the_cache_hangs(
    hung_cache: RedisCache, tmp_path: Path
) -> None:
    journal = Journal(tmp_path, 1, 10_000_000, 0.05)
    await journal.open()
    changes = Changes(PostgresPool(refused, 1), guard(GuardRules(postgres.is_fault)))
    clocks, lifetimes = Clocks(now_ms, time.monotonic), Lifetimes(600, 3600)
    documents, jobs = (AnswerCache(kind, hung_cache, lifetimes, clocks) for kind in ("document", "job"))
    acceptor = Acceptor(
        load_table(),
        Stores(changes, journal, Backlog(1000, 0.5)),
        HybridClock(1, now_ms),
        Shown(documents, JobCache(jobs)),
        AcceptReserves(ANSWER_S, 0.3),
        lambda: None,
    )
    deadline = Deadline.after(DEADLINE_S, time.monotonic)
    wanted = [Wanted("one", Document("t", "c", ()))]
    receipt = await acceptor.accept("index", ACME, wanted, None, "request", deadline)
    assert receipt.durability is Durability.LOCAL
    assert deadline.remaining_s() > ANSWER_S / 2
    await journal.close()


@pytest.mark.parametrize(("deadline_s", "left_s"), [(0.5, 0.35), (2, 0.35), (10, 1.55)])
def test_a_bulk_leaves_the_journal_as_much_time_as_it_brings_to_write(
    deadline_s: float, left_s: float
) -> None:
    deadline = Deadline.after(deadline_s, HandClock())
    assert AcceptReserves(0.05, 0.3).before_fallback_s(deadline) == pytest.approx(left_s)
