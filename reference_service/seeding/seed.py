"""Brings a stack to the seeded state from whatever state it is in; leaves alone what is right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import orjson
from redis.asyncio import Redis

from reference_service.identity.peppers import Peppers
from reference_service.limits.tiers import Tier
from reference_service.ports import elasticsearch, redis_client
from reference_service.ports.assembly import index_definition
from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.postgres_connection import connect_postgres
from reference_service.schema.migrate import migrate
from reference_service.seeding import database
from reference_service.seeding.corpus import documents
from reference_service.seeding.indices import Indices
from reference_service.seeding.tenants import SeededTenant, plan_tenants, write_tenants
from reference_service.seeding.vocabulary import make_vocabulary
from reference_service.settings import Settings
from reference_service.writes.journal.journal_lock import delete_journals

CORPUS_EDITION = 2  # raise it when the corpus, the mappings or this program's output change
REDIS_LIMIT_S = 5.0

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SeedRequest:
    """What is asked for."""

    tenants: Mapping[Tier, int]
    document_count: int
    seed: int
    out: Path


async def seed(settings: Settings, request: SeedRequest, say: Say) -> None:
    """Tenants, keys and corpus as asked for, empty caches and journals, and tenants.json.

    A tenant whose documents are just as they were seeded is left alone; all others are made again. Raises
    the drivers' errors: a stack that cannot be reached is for the caller to explain.
    """
    tls = DependencyTls(settings.dependency_ca)
    applied = await migrate(settings.postgres_owner_dsn, tls)
    if applied:
        say(f"schema: applied {', '.join(applied)}")
    pepper = settings.key_pepper.encode()
    vocabulary = make_vocabulary(request.seed)
    planned = plan_tenants(request.tenants, request.document_count, request.seed, pepper)
    arguments = _arguments(settings, request)

    connection = await connect_postgres(settings.postgres_owner_dsn, tls)
    client = elasticsearch.make_client(settings.elasticsearch_url, 10, tls)
    try:
        indices = Indices(client, index_definition(settings))
        right = await _right_tenants(connection, indices, planned, arguments)
        todo = [tenant for tenant in planned if tenant.tenant_id not in right]
        if todo or await database.seeded_arguments(connection) != arguments:
            await database.wipe(connection, right)
            await indices.remove(right)
            await database.insert(connection, todo, Peppers(pepper))
            wanted = sum(tenant.document_count for tenant in todo)
            say(f"making {len(todo)} tenants with {wanted} documents")
            corpora = (
                (t.tenant_id, documents(vocabulary, request.seed, t.tenant_id, t.document_count))
                for t in todo
            )
            await indices.fill(corpora, lambda filled: say(f"indexed {filled} of {wanted} documents"))
            await database.mark_done(connection, arguments)
    finally:
        await client.close()
        await connection.close(timeout=5)
    await _empty_redis(settings, tls)
    delete_journals(settings.journal_dir.expanduser())
    write_tenants(request.out, planned, request.seed, vocabulary.words)
    made = sum(tenant.document_count for tenant in todo)
    say(f"seeded {len(planned)} tenants, {request.document_count} documents ({made} made now): {request.out}")


async def _right_tenants(
    connection: asyncpg.Connection, indices: Indices, planned: Sequence[SeededTenant], arguments: str
) -> Sequence[str]:
    if await database.seeded_arguments(connection) != arguments:
        return []
    untouched, indexed = await database.untouched(connection), await indices.counts()
    return [
        tenant.tenant_id
        for tenant in planned
        if untouched.get(tenant.tenant_id) == indexed.get(tenant.tenant_id) == tenant.document_count
    ]


async def _empty_redis(settings: Settings, tls: DependencyTls) -> None:
    """No answer of an earlier corpus, no used-up limit."""
    cache: Redis = redis_client.make_client(settings.redis_cache_url, 1, REDIS_LIMIT_S, tls)
    state: Redis = redis_client.make_state_client(settings, 1, REDIS_LIMIT_S, tls)
    try:
        await cache.flushdb()
        windows = [key async for key in state.scan_iter(match="limit:*", count=1000)]
        if windows:
            await state.unlink(*windows)
    finally:
        await cache.aclose()
        await state.aclose()


def _arguments(settings: Settings, request: SeedRequest) -> str:
    counts = {tier.value: request.tenants[tier] for tier in Tier}
    pepper = hashlib.sha256(settings.key_pepper.encode()).hexdigest()[:16]
    index = (settings.index_prefix, settings.index_shards)
    return orjson.dumps(
        [CORPUS_EDITION, counts, request.document_count, request.seed, pepper, index]
    ).decode()
