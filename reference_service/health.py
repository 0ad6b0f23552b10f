"""How the service and each of its dependencies are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reference_service.observability.metrics import Metrics
from reference_service.ports.postgres_pool import PostgresPool
from reference_service.resilience import BreakerState, Prober
from reference_service.writes.journal.neighbours import Neighbours

STATUSES = ("green", "yellow", "red", "unknown")


@dataclass(frozen=True, slots=True)
class DependencyHealth:
    """`state`: up, down (a probe failed or a breaker is open) or unknown (not yet probed)."""

    state: str
    breakers: Mapping[str, str]
    detail: str


@dataclass(frozen=True, slots=True)
class HealthReport:
    """`status`: starting, ready, degraded (ready without something) or stopping."""

    status: str
    ready: bool
    identities_known: int
    dependencies: Mapping[str, DependencyHealth]


class Health:
    """Built from what probes and breakers know: asking costs no dependency anything."""

    def __init__(
        self,
        prober: Prober,
        pool: PostgresPool,
        journals: Neighbours,
        identities_known: Callable[[], int],
        now_ms: Callable[[], int],
    ) -> None:
        self._prober = prober
        self._journals = journals
        self._now_ms = now_ms
        self._pool = pool
        self._identities_known = identities_known
        self.started = False
        self.stopping = False
        self.cluster_status = "unknown"
        self.outbox_pending = 0
        self.outbox_oldest_s = 0.0

    def report(self) -> HealthReport:
        """The state now."""
        dependencies = self._dependencies()
        known = self._identities_known()
        ready = self.started and not self.stopping and (known > 0 or dependencies["postgres"].state == "up")
        if self.stopping:
            status = "stopping"
        elif not ready:
            status = "starting"
        else:
            healthy = all(d.state == "up" and _all_closed(d) for d in dependencies.values())
            status = "ready" if healthy else "degraded"
        return HealthReport(status, ready, known, dependencies)

    async def publish(self, metrics: Metrics) -> None:
        """Brings the gauges up to date."""
        for name, guard, probe in self._prober.states():
            for state in BreakerState:
                metrics.breaker_state.labels(name, state.value).set(guard.breaker.state is state)
            if guard.bulkhead is not None:
                metrics.guard_in_use.labels(name).set(guard.bulkhead.in_use)
            for event, number in guard.events.items():
                metrics.guard_events.labels(name, event).set(number)
            if name in ("redis-cache.read", "redis-state.write"):
                metrics.redis_connected.labels(guard.dependency).set(bool(probe.healthy))
        for status in STATUSES:
            metrics.elasticsearch_health.labels("main", status).set(status == self.cluster_status)
        for state_name, number in self._pool.counts().items():
            metrics.postgres_connections.labels(state_name).set(number)
        metrics.outbox_pending.set(self.outbox_pending)
        metrics.outbox_oldest_seconds.set(self.outbox_oldest_s)
        metrics.identities_known.set(self._identities_known())
        depths = await self._journals.depths()
        oldest_ms = min((d.oldest_ms for d in depths if d.oldest_ms is not None), default=None)
        metrics.journal_waiting_sets.set(sum(depth.waiting for depth in depths))
        metrics.journal_oldest_seconds.set(
            (self._now_ms() - oldest_ms) / 1000 if oldest_ms is not None else 0
        )
        metrics.journal_refused_sets.set(sum(depth.refused for depth in depths))

    def _dependencies(self) -> dict[str, DependencyHealth]:
        grouped: dict[str, list[tuple[str, str, bool | None, str]]] = {}
        for name, guard, probe in self._prober.states():
            entry = (name.rpartition(".")[2], guard.breaker.state.value, probe.healthy, probe.detail)
            grouped.setdefault(guard.dependency, []).append(entry)
        return {
            dependency: DependencyHealth(
                _state(
                    [False if state == BreakerState.OPEN else healthy for _, state, healthy, _ in entries]
                ),
                {kind: state for kind, state, _, _ in entries},
                next((detail for _, _, _, detail in entries if detail), ""),
            )
            for dependency, entries in grouped.items()
        }


def _state(findings: list[bool | None]) -> str:
    if any(finding is False for finding in findings):
        return "down"
    return "up" if all(findings) else "unknown"


def _all_closed(dependency: DependencyHealth) -> bool:
    return all(state == BreakerState.CLOSED for state in dependency.breakers.values())
