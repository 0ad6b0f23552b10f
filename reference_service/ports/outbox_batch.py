"""What a relay takes of the outbox at once: a fair share of what each tenant has due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import asyncpg

from reference_service.writes.change import ChangeKind

# Tenants are found one by one in the index, however many rows each has. Each that has something due gets the
# same share of the rows, its oldest; then of the bytes, in turns: the first rows that fit, and always one. A
# document's length is known without reading it. Due is what was due when this statement began, not its
# transaction, which may have waited.
TAKE = """
WITH RECURSIVE first_due AS (
  (SELECT tenant_id, due_at FROM outbox WHERE indexed_at IS NULL AND dead_at IS NULL
    ORDER BY tenant_id, due_at LIMIT 1)
  UNION ALL
  SELECT following.* FROM first_due f CROSS JOIN LATERAL (
    SELECT tenant_id, due_at FROM outbox o
    WHERE indexed_at IS NULL AND dead_at IS NULL AND o.tenant_id > f.tenant_id
    ORDER BY tenant_id, due_at LIMIT 1
  ) following
), waiting AS (
  SELECT tenant_id FROM first_due WHERE due_at <= statement_timestamp() AND tenant_id <> ALL ($3::text[])
), share AS (
  SELECT ceil($1::numeric / greatest(1, count(*)))::bigint AS rows FROM waiting
), locked AS (
  SELECT due.* FROM waiting w CROSS JOIN LATERAL (
    SELECT tenant_id, due_at, sequence, coalesce(octet_length(document), 0) AS bytes FROM outbox o
    WHERE o.tenant_id = w.tenant_id AND indexed_at IS NULL AND dead_at IS NULL
      AND due_at <= statement_timestamp() AND sequence <> ALL ($4::bigint[])
    ORDER BY due_at, sequence LIMIT (SELECT rows FROM share)
    FOR UPDATE SKIP LOCKED
  ) due
), in_turns AS (
  SELECT sequence, bytes, row_number() OVER (PARTITION BY tenant_id ORDER BY due_at, sequence) AS turn
  FROM locked
), bounded AS (
  SELECT sequence, bytes, turn, (sum(bytes) OVER (ORDER BY turn, sequence))::bigint AS bytes_so_far
  FROM in_turns
)
SELECT o.sequence, o.tenant_id, o.document_id, o.version, o.operation, o.document, o.attempts,
  m.version AS newest_version, b.bytes_so_far, i.target, (SELECT rows FROM share) AS share
FROM bounded b JOIN outbox o USING (sequence) JOIN document_metadata m USING (tenant_id, document_id)
LEFT JOIN index_builds i USING (tenant_id)
WHERE b.bytes_so_far - b.bytes < $2
ORDER BY b.turn, o.sequence LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An accepted change on its way to Elasticsearch; superseded when a newer one was accepted after it.

    `building` is the index that is being made to take the place of the tenant's present one, if any;
    `attempts` have failed so far.
    """

    sequence: int
    tenant_id: str
    document_id: str
    version: int
    kind: ChangeKind
    document_json: str | None
    superseded: bool
    building: str | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """The most rows to take at once, and the bytes of documents after which no more are taken."""

    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Locked rows, and whether there may be more that are due."""

    rows: Sequence[OutboxRow]
    more: bool


async def take(connection: asyncpg.Connection, batch: Batch, passed_over: Sequence[str]) -> Taken:
    """Rows that no other relay holds, and nothing of the tenants that are `passed_over`."""
    first = await connection.fetch(TAKE, batch.rows, batch.bytes, passed_over, [])
    rest = _left(batch, first)
    sated, hungry = _by_appetite(first)
    if not hungry or rest.bytes <= 0 or rest.rows < batch.rows // 4:
        return Taken([_row(record) for record in first], bool(hungry) or rest.bytes <= 0 or rest.rows <= 0)
    # Most had little: who has more gets what they left.
    sequences = [record["sequence"] for record in first]
    second = await connection.fetch(TAKE, rest.rows, rest.bytes, [*passed_over, *sated], sequences)
    rest = _left(rest, second)
    more = bool(_by_appetite(second)[1]) or rest.bytes <= 0 or rest.rows <= 0
    return Taken([_row(record) for record in (*first, *second)], more)


def _left(batch: Batch, taken: Sequence[asyncpg.Record]) -> Batch:
    """The room that is left of a batch."""
    if not taken:
        return batch
    return replace(
        batch,
        rows=batch.rows - len(taken),
        bytes=batch.bytes - max(record["bytes_so_far"] for record in taken),
    )


def _by_appetite(taken: Sequence[asyncpg.Record]) -> tuple[list[str], list[str]]:
    """Tenants that had less than their share, and those that had all of it."""
    had = Counter(record["tenant_id"] for record in taken)
    full = [record["share"] for record in taken[:1]]
    return (
        [tenant_id for tenant_id, rows in had.items() if rows not in full],
        [tenant_id for tenant_id, rows in had.items() if rows in full],
    )


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
        record["attempts"],
    )
