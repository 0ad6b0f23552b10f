"""Brings the gauges up to date: every second, so that whichever worker is asked can tell of all of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from reference_service.caching.invalidation import Invalidation
from reference_service.health import STATUSES, Health
from reference_service.limits.tenant_bulkheads import TenantBulkheads
from reference_service.observability.metrics import Metrics
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import BreakerState, Guard, Prober
from reference_service.writes.journal.neighbours import Neighbours

EVERY_S = 1.0
CLUSTER = "main"


@dataclass(frozen=True, slots=True)
class Observed:
    """Whose state is published."""

    health: Health
    prober: Prober
    pool: PostgresPool
    bulkheads: TenantBulkheads
    invalidation: Invalidation
    journals: Neighbours


class Publisher:
    """Asks nobody: it tells what probes, breakers and the service's own looks at things have found."""

    def __init__(self, metrics: Metrics, observed: Observed, now_ms: Callable[[], int]) -> None:
        self._metrics = metrics
        self._of = observed
        self._now_ms = now_ms
        self._told: Counter[tuple[str, str]] = Counter()
        self._process = psutil.Process()

    async def run(self) -> None:
        """For ever."""
        while True:
            await self.publish()
            await asyncio.sleep(EVERY_S)

    async def publish(self) -> None:
        """Once."""
        gauges, health = self._metrics.gauges, self._of.health
        self._publish_guards()
        gauges.resident_memory_bytes.set(self._process.memory_info().rss)
        gauges.requests_under_way.set(self._of.bulkheads.under_way)
        for state, number in (("wanted", health.crew.wanted), ("ready", health.crew.ready)):
            gauges.workers.labels(state).set(number)
        gauges.worker_restarts.set(health.crew.restarts)
        for status in STATUSES:
            gauges.elasticsearch_health.labels(CLUSTER, status).set(status == health.cluster_status)
        for state, number in self._of.pool.counts().items():
            gauges.postgres_connections.labels(state).set(number)
        gauges.cache_marks_overdue.set(self._of.invalidation.overdue)
        gauges.outbox_pending.set(health.indexing.pending)
        gauges.outbox_oldest_seconds.set(health.indexing.oldest_s)
        gauges.outbox_held_tenants.set(health.indexing.held_tenants)
        gauges.identities_known.set(health.identities_known)
        await self._publish_journals()

    def _publish_guards(self) -> None:
        gauges = self._metrics.gauges
        for name, guard, probe in self._of.prober.states():
            for state in BreakerState:
                gauges.breaker_state.labels(name, state.value).set(guard.breaker.state is state)
            if guard.bulkhead is not None:
                gauges.guard_in_use.labels(name).set(guard.bulkhead.in_use)
            if guard.retries_left is not None:
                gauges.retry_budget_left.labels(name).set(guard.retries_left)
            if name in ("redis-cache.read", "redis-state.write"):
                gauges.redis_connected.labels(guard.dependency).set(bool(probe.healthy))
            self._count_events(name, guard)

    def _count_events(self, name: str, guard: Guard) -> None:
        for event, number in (*guard.events.items(), ("opened", guard.breaker.openings)):
            self._metrics.guard_event(name, event, number - self._told[name, event])
            self._told[name, event] = number

    async def _publish_journals(self) -> None:
        gauges = self._metrics.gauges
        depths = await self._of.journals.depths()
        oldest_ms = min((d.oldest_ms for d in depths if d.oldest_ms is not None), default=None)
        age_s = (self._now_ms() - oldest_ms) / 1000 if oldest_ms is not None else 0.0
        gauges.journals_unreadable.set(self._of.journals.unreadable)
        gauges.journal_waiting_sets.set(sum(depth.waiting for depth in depths))
        gauges.journal_oldest_seconds.set(age_s)
        gauges.journal_refused_sets.set(sum(depth.refused for depth in depths))
