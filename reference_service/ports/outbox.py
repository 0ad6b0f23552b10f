"""The outbox as its relay sees it: all tenants, through a role that can do nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg

from reference_service.ports.index_builds import SHARE
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import Deadline, Guard
from reference_service.writes.change import ChangeKind

SET_ROLE = "SET LOCAL ROLE stormproof_relay"
# The first rows that fit, and always one: the length of a document is known without reading it.
TAKE = """
WITH locked AS (
  SELECT sequence, coalesce(octet_length(document), 0) AS bytes FROM outbox
  WHERE indexed_at IS NULL AND dead_at IS NULL
  ORDER BY sequence LIMIT $1
  FOR UPDATE SKIP LOCKED
), bounded AS (
  SELECT sequence, bytes, (sum(bytes) OVER (ORDER BY sequence))::bigint AS bytes_so_far FROM locked
)
SELECT o.sequence, o.tenant_id, o.document_id, o.version, o.operation, o.document,
  m.version AS newest_version, b.bytes_so_far, i.target
FROM bounded b JOIN outbox o USING (sequence) JOIN document_metadata m USING (tenant_id, document_id)
LEFT JOIN index_builds i USING (tenant_id)
WHERE b.bytes_so_far - b.bytes < $2
ORDER BY o.sequence
"""
MARK_INDEXED = "UPDATE outbox SET indexed_at = now() WHERE sequence = ANY($1::bigint[])"
MARK_DEAD = """
UPDATE outbox SET dead_at = now(), error = dead.error
FROM unnest($1::bigint[], $2::text[]) AS dead(sequence, error) WHERE outbox.sequence = dead.sequence
"""
PRUNE = """
DELETE FROM outbox WHERE sequence IN
  (SELECT sequence FROM outbox WHERE indexed_at < now() - make_interval(secs => $1) LIMIT 5000)
"""
PRUNE_ABSENT = """
DELETE FROM absent_documents WHERE (tenant_id, job_id) IN
  (SELECT tenant_id, job_id FROM absent_documents
    WHERE accepted_at < now() - make_interval(secs => $1) LIMIT 5000)
"""
# As long as accept_changes heeds a key.
PRUNE_KEYS = """
DELETE FROM idempotency_keys WHERE (tenant_id, key) IN
  (SELECT tenant_id, key FROM idempotency_keys WHERE created_at < now() - interval '24 hours' LIMIT 5000)
"""
# Accepted in the time of whoever accepted it, whose clock may be ahead.
DEPTH = """
SELECT count(*) AS pending,
  greatest(0, coalesce(extract(epoch FROM now() - min(accepted_at)), 0))::float8 AS oldest_s
FROM outbox WHERE indexed_at IS NULL AND dead_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An accepted change on its way to Elasticsearch; superseded when a newer one was accepted after it.

    `building` is the index that is being made to take the place of the tenant's present one, if any.
    """

    sequence: int
    tenant_id: str
    document_id: str
    version: int
    kind: ChangeKind
    document_json: str | None
    superseded: bool
    building: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The most rows to take at once, and the bytes of documents after which no more are taken."""

    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of rows: done for good, or never to be accepted by Elasticsearch, with its reason."""

    done: Sequence[int]
    dead: Sequence[tuple[int, str]]


type Deliver = Callable[[Sequence[OutboxRow]], Awaitable[Delivery]]


class Outbox:
    """Several workers' relays share it: each takes rows that no other holds."""

    def __init__(self, pool: PostgresPool, guard: Guard, now_s: Callable[[], float], limit_s: float) -> None:
        self._pool = pool
        self._guard = guard
        self._now_s = now_s
        self._limit_s = limit_s

    async def drain(self, batch: Batch, deliver: Deliver) -> bool:
        """Takes rows, has them delivered, marks them; False when it took all that it could get hold of.

        Rows stay locked while they are delivered; should this process die, they are free again. Raises
        DependencyUnavailableError of PostgreSQL; errors of `deliver` pass through and change no row.
        """

        async def work(connection: asyncpg.Connection) -> bool:
            async with connection.transaction():
                # What is built is looked up by the next statement: after the lock.
                await connection.execute(f"{SET_ROLE}; {SHARE}")
                taken = await connection.fetch(TAKE, batch.rows, batch.bytes)
                if not taken:
                    return False
                delivery = await deliver([_row(record) for record in taken])
                if delivery.done:
                    await connection.execute(MARK_INDEXED, list(delivery.done))
                if delivery.dead:
                    await connection.execute(
                        MARK_DEAD, [d[0] for d in delivery.dead], [d[1] for d in delivery.dead]
                    )
                return len(taken) == batch.rows or taken[-1]["bytes_so_far"] >= batch.bytes

        return await self._call(work)

    async def prune(self, keep_s: float) -> None:
        """Deletes rows indexed longer ago than `keep_s`, what else is known of jobs as old, expired keys."""

        async def work(connection: asyncpg.Connection) -> None:
            async with connection.transaction():
                await connection.execute(SET_ROLE)
                await connection.execute(PRUNE, keep_s)
                await connection.execute(PRUNE_ABSENT, keep_s)
                await connection.execute(PRUNE_KEYS)

        await self._call(work)

    async def depth(self) -> tuple[int, float]:
        """Rows that wait, and the age of the oldest in seconds."""

        async def work(connection: asyncpg.Connection) -> tuple[int, float]:
            async with connection.transaction():
                await connection.execute(SET_ROLE)
                row = await connection.fetchrow(DEPTH)
                return (row["pending"], row["oldest_s"]) if row is not None else (0, 0.0)

        return await self._call(work)

    async def _call[T](self, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        deadline = Deadline.after(self._limit_s, self._now_s)
        return await self._guard.call(lambda: self._pool.run(work), deadline, self._limit_s)


def _row(record: asyncpg.Record) -> OutboxRow:
    return OutboxRow(
        record["sequence"],
        record["tenant_id"],
        record["document_id"],
        record["version"],
        ChangeKind(record["operation"]),
        record["document"],
        record["newest_version"] > record["version"],
        record["target"],
    )
