"""The outbox as its relay sees it: all tenants, through a role that can do nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from reference_service.ports.index_builds import SHARE
from reference_service.ports.outbox_batch import Batch, OutboxRow, take
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard

SET_ROLE = "SET LOCAL ROLE stormproof_relay"
MARK_INDEXED = "UPDATE outbox SET indexed_at = now(), error = NULL WHERE sequence = ANY($1::bigint[])"
MARK_DEAD = """
UPDATE outbox SET dead_at = now(), error = dead.error
FROM unnest($1::bigint[], $2::text[]) AS dead(sequence, error) WHERE outbox.sequence = dead.sequence
"""
PUT_OFF = """
UPDATE outbox SET attempts = attempts + 1, error = put_off.error,
  due_at = clock_timestamp() + make_interval(secs => put_off.wait_s)
FROM unnest($1::bigint[], $2::float8[], $3::text[]) AS put_off(sequence, wait_s, error)
WHERE outbox.sequence = put_off.sequence
"""
PRUNED_AT_ONCE = 5000
PRUNE = """
WITH gone AS (
  DELETE FROM outbox WHERE sequence IN
    (SELECT sequence FROM outbox WHERE indexed_at < now() - make_interval(secs => $1) LIMIT $2)
  RETURNING 1
) SELECT count(*) FROM gone
"""
PRUNE_ABSENT = """
WITH gone AS (
  DELETE FROM absent_documents WHERE (tenant_id, job_id) IN
    (SELECT tenant_id, job_id FROM absent_documents
      WHERE accepted_at < now() - make_interval(secs => $1) LIMIT $2)
  RETURNING 1
) SELECT count(*) FROM gone
"""
# As long as accept_changes heeds a key.
PRUNE_KEYS = """
WITH gone AS (
  DELETE FROM idempotency_keys WHERE (tenant_id, key) IN
    (SELECT tenant_id, key FROM idempotency_keys WHERE created_at < now() - interval '24 hours' LIMIT $1)
  RETURNING 1
) SELECT count(*) FROM gone
"""
# Accepted in the time of whoever accepted it, whose clock may be ahead.
DEPTH = """
SELECT tenant_id, count(*) AS pending,
  greatest(0, extract(epoch FROM now() - min(accepted_at)))::float8 AS oldest_s
FROM outbox WHERE indexed_at IS NULL AND dead_at IS NULL GROUP BY tenant_id
"""


@dataclass(frozen=True, slots=True)
class PutOff:
    """A row that Elasticsearch may take later, why not now, and when to ask again."""

    sequence: int
    wait_s: float
    error: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of rows: done for good, never to be accepted by Elasticsearch and why, or put off."""

    done: Sequence[int]
    dead: Sequence[tuple[int, str]] = ()
    put_off: Sequence[PutOff] = ()


@dataclass(frozen=True, slots=True)
class OutboxDepth:
    """Rows that wait, by tenant, and the age of the oldest of all in seconds."""

    pending: Mapping[str, int]
    oldest_s: float

    @property
    def total(self) -> int:
        """Of all tenants."""
        return sum(self.pending.values())


type Deliver = Callable[[Sequence[OutboxRow]], Awaitable[Delivery]]


class Outbox:
    """Several workers' relays share it: each takes rows that no other holds."""

    def __init__(self, pool: PostgresPool, guard: Guard, now_s: Callable[[], float], limit_s: float) -> None:
        self._pool = pool
        self._guard = guard
        self._now_s = now_s
        self._limit_s = limit_s

    async def drain(self, batch: Batch, passed_over: Sequence[str], deliver: Deliver) -> bool:
        """Takes rows, has them delivered, marks them; False when it took all that it could get hold of.

        Nothing is taken of the tenants that are `passed_over`.
        Rows stay locked while they are delivered; should this process die, they are free again. Raises
        DependencyUnavailableError of PostgreSQL; errors of `deliver` pass through and change no row.
        """

        async def work(connection: asyncpg.Connection) -> bool:
            async with connection.transaction():
                # What is built is looked up by the next statement: after the lock.
                await connection.execute(f"{SET_ROLE}; {SHARE}")
                taken = await take(connection, batch, passed_over)
                if taken.rows:
                    await _mark(connection, await deliver(taken.rows))
                return taken.more

        return await self._call(work)

    async def prune(self, keep_s: float) -> bool:
        """Deletes rows indexed longer ago than `keep_s`, what else is known of jobs as old, expired keys.

        At most PRUNED_AT_ONCE of each; whether there may be more.
        """

        async def work(connection: asyncpg.Connection) -> bool:
            async with connection.transaction():
                await connection.execute(SET_ROLE)
                gone = (
                    await connection.fetchval(PRUNE, keep_s, PRUNED_AT_ONCE),
                    await connection.fetchval(PRUNE_ABSENT, keep_s, PRUNED_AT_ONCE),
                    await connection.fetchval(PRUNE_KEYS, PRUNED_AT_ONCE),
                )
                return PRUNED_AT_ONCE in gone

        return await self._call(work)

    async def depth(self) -> OutboxDepth:
        """How much waits."""

        async def work(connection: asyncpg.Connection) -> list[asyncpg.Record]:
            async with connection.transaction():
                await connection.execute(SET_ROLE)
                return await connection.fetch(DEPTH)

        rows = await self._call(work)
        pending = {row["tenant_id"]: row["pending"] for row in rows}
        return OutboxDepth(pending, max((row["oldest_s"] for row in rows), default=0.0))

    async def _call[T](self, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        deadline = Deadline.after(self._limit_s, self._now_s)
        return await self._guard.call(lambda: self._pool.run(work), deadline, self._limit_s)


async def _mark(connection: asyncpg.Connection, delivery: Delivery) -> None:
    if delivery.done:
        await connection.execute(MARK_INDEXED, list(delivery.done))
    if delivery.dead:
        await connection.execute(MARK_DEAD, [d[0] for d in delivery.dead], [d[1] for d in delivery.dead])
    if delivery.put_off:
        put_off = delivery.put_off
        await connection.execute(
            PUT_OFF, [p.sequence for p in put_off], [p.wait_s for p in put_off], [p.error for p in put_off]
        )
