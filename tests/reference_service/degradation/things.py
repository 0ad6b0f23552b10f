"""What questions ask about or use up: it is there before anything breaks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from reference_service.identity.api_key import new_api_key
from reference_service.identity.refresh_token import new_refresh_token
from tests.reference_service.service_process import PEPPERS, Tenant, TestBed

ADD_SESSIONS = """
WITH made AS (
  INSERT INTO token_families (family_id, tenant_id, key_hash, expires_at)
  SELECT family_id, $1, $2, now() + interval '1 hour' FROM unnest($3::text[]) AS family_id
)
INSERT INTO refresh_tokens (token_hash, family_id, tenant_id)
SELECT token_hash, family_id, $1 FROM unnest($3::text[], $4::bytea[]) AS given(family_id, token_hash)
"""
UNINDEXED = "SELECT count(*) FROM outbox WHERE job_id = ANY ($1::text[]) AND indexed_at IS NULL"
ADD_KEYS = """
INSERT INTO api_keys (key_hash, tenant_id, permissions)
SELECT key_hash, $1, '{read}' FROM unnest($2::bytea[]) AS key_hash RETURNING api_key_id
"""


type Pair = tuple[str, str]


@dataclass(frozen=True)
class Things:
    """Documents to delete, jobs to ask for, refresh tokens (each good once), and keys to revoke.

    Jobs are (job, document): nothing is kept of the unseen one; the finished are kept as such, the accepted
    as they began; the journaled wait in a journal. The documents of the last two are not in the cache.
    """

    documents: Sequence[str]
    unseen: Pair
    finished: Sequence[str]
    accepted: Sequence[Pair]
    journaled: Sequence[Pair]
    refresh_tokens: Sequence[str]
    key_ids: Sequence[int]


async def indexed(bed: TestBed, jobs: Sequence[str]) -> None:
    """Waits until Elasticsearch has what these jobs brought. The service is not asked: it would remember."""
    owner: asyncpg.Connection = await bed.connect(bed.owner_dsn)
    try:
        async with asyncio.timeout(10):
            while await owner.fetchval(UNINDEXED, jobs):
                await asyncio.sleep(0.02)
    finally:
        await owner.close()


async def add_sessions(bed: TestBed, tenant: Tenant, number: int) -> list[str]:
    """Refresh tokens of so many new sessions."""
    tokens = [new_refresh_token(tenant.id) for _ in range(number)]
    families = [f"sid-{secrets.token_hex(16)}" for _ in tokens]
    hashes = [PEPPERS.hash(token.secret) for token in tokens]
    owner: asyncpg.Connection = await bed.connect(bed.owner_dsn)
    try:
        key_hash = PEPPERS.hash(tenant.api_key.encode())
        await owner.execute(ADD_SESSIONS, tenant.id, key_hash, families, hashes)
    finally:
        await owner.close()
    return [token.text for token in tokens]


async def add_keys(bed: TestBed, tenant: Tenant, number: int) -> list[int]:
    """Ids of so many new keys, which nobody uses."""
    hashes = [PEPPERS.hash(new_api_key().encode()) for _ in range(number)]
    owner: asyncpg.Connection = await bed.connect(bed.owner_dsn)
    try:
        return [row["api_key_id"] for row in await owner.fetch(ADD_KEYS, tenant.id, hashes)]
    finally:
        await owner.close()
