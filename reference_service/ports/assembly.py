"""Makes all ports with their guards and probes, from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from reference_service.ports import elasticsearch, redis_client
from reference_service.ports.admin_transactions import AdminTransactions
from reference_service.ports.changes import Changes
from reference_service.ports.dead_letters import DeadLetters
from reference_service.ports.dependency import Dependency
from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.document_names import DocumentNames
from reference_service.ports.elasticsearch import Elasticsearch
from reference_service.ports.guards import Guards
from reference_service.ports.identities import Identities
from reference_service.ports.index_definition import IndexDefinition
from reference_service.ports.jobs import Jobs
from reference_service.ports.outbox import Outbox
from reference_service.ports.postgres import Postgres
from reference_service.ports.postgres_connection import connect_postgres
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.ports.redis_cache import RedisCache
from reference_service.ports.redis_state import RedisState
from reference_service.ports.sessions import Sessions
from reference_service.ports.tenant_admin import TenantAdmin
from reference_service.ports.upkeep_store import UpkeepStore
from reference_service.resilience import Cutoff, Prober
from reference_service.settings import Settings

WARM_LIMIT_S = 1.0
WARM_POSTGRES = 4
STATEMENT_LIMIT_MS = "10000"
POSTGRES_SESSION = {
    "application_name": "document-search",
    # The server, too, gives up on what nobody waits for.
    "statement_timeout": STATEMENT_LIMIT_MS,
    "idle_in_transaction_session_timeout": STATEMENT_LIMIT_MS,
}
# The outbox's time limit covers a bulk request to Elasticsearch, and a little of PostgreSQL's own.
OUTBOX_EXTRA_S = 1.0


class Ports:
    """The four dependencies of one worker. Connects to nothing until it is used."""

    def __init__(self, settings: Settings, now_s: Callable[[], float]) -> None:
        self._settings = settings
        guards = Guards(settings, now_s)
        tls = DependencyTls(settings.dependency_ca)
        self.elasticsearch = Elasticsearch(
            elasticsearch.make_client(settings.elasticsearch_url, settings.elasticsearch_connections, tls),
            guards.elasticsearch_reads(),
            guards.elasticsearch_writes(),
            index_definition(settings),
        )
        self.pool = PostgresPool(
            lambda: connect_postgres(settings.postgres_dsn, tls, settings.connect_limit_s, POSTGRES_SESSION),
            settings.postgres_connections,
        )
        self.postgres = Postgres(
            self.pool,
            guards.postgres_reads(),
            guards.postgres_writes(),
        )
        self.identities = Identities(self.pool, self.postgres.reads, settings.identity_limit_s)
        self.changes = Changes(self.pool, self.postgres.writes)
        self._once_guard = guards.postgres_once()
        self.sessions = Sessions(self.pool, self._once_guard, settings.answer_reserve_s)
        administration = AdminTransactions(self.pool, self._once_guard, settings.answer_reserve_s)
        self.tenant_admin = TenantAdmin(administration)
        self.dead_letters = DeadLetters(administration)
        self.jobs = Jobs(self.pool, self.postgres.reads)
        outbox_limit_s = settings.relay_limit_s + OUTBOX_EXTRA_S
        self._outbox_guard = guards.outbox(outbox_limit_s)
        self.outbox = Outbox(self.pool, self._outbox_guard, now_s, outbox_limit_s)
        self.document_names = DocumentNames(self.pool, self._outbox_guard, now_s, outbox_limit_s)
        self.upkeep_store = UpkeepStore(self.pool, self._outbox_guard, now_s, outbox_limit_s)
        self.redis_cache = RedisCache(
            redis_client.make_client(
                settings.redis_cache_url, settings.redis_connections, settings.redis_limit_s, tls
            ),
            guards.redis(Dependency.REDIS_CACHE),
            guards.redis(Dependency.REDIS_CACHE),
            settings.redis_limit_s,
        )
        self.redis_state = RedisState(
            redis_client.make_state_client(settings, settings.redis_connections, settings.redis_limit_s, tls),
            guards.redis(Dependency.REDIS_STATE),
            settings.redis_limit_s,
        )
        self.prober = self._prober()

    async def warm(self) -> None:
        """Makes connections before the first request; what is away is left to the probes."""
        with Cutoff(WARM_LIMIT_S):
            await asyncio.gather(
                self.redis_cache.warm(),
                self.redis_state.warm(),
                self.pool.warm(WARM_POSTGRES),
                return_exceptions=True,
            )

    async def close(self) -> None:
        """Stops probing and closes all connections."""
        await self.prober.stop()
        await self.elasticsearch.close()
        await self.pool.close()
        await self.redis_cache.close()
        await self.redis_state.close()

    def _prober(self) -> Prober:
        prober = Prober(self._settings.probe_interval_s, self._settings.probe_limit_s)
        prober.add("elasticsearch.read", self.elasticsearch.reads, self.elasticsearch.probe_read)
        prober.add("elasticsearch.write", self.elasticsearch.writes, self.elasticsearch.probe_write)
        prober.add("postgres.read", self.postgres.reads, self.postgres.probe_read)
        prober.add("postgres.write", self.postgres.writes, self.postgres.probe_write)
        prober.add("postgres.once", self._once_guard, self.postgres.probe_write)
        prober.add("postgres.outbox", self._outbox_guard, self.postgres.probe_write)
        prober.add("redis-cache.read", self.redis_cache.reads, self.redis_cache.probe_read)
        prober.add("redis-cache.write", self.redis_cache.writes, self.redis_cache.probe_write)
        prober.add("redis-state.write", self.redis_state.guard, self.redis_state.probe)
        return prober


def index_definition(settings: Settings) -> IndexDefinition:
    """How the tenants' indices are to be."""
    return IndexDefinition(settings.index_prefix, settings.index_shards, settings.refresh_interval)
