"""Tells metrics, health and readers of kept answers what the relay does."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from reference_service.caching.invalidation import Invalidation
from reference_service.health import Health
from reference_service.observability.metrics import Metrics
from reference_service.resilience import DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.change import ChangeKind


class RelayReport:
    """What the relay's worker knows of it."""

    def __init__(self, metrics: Metrics, health: Health, invalidation: Invalidation) -> None:
        self._metrics = metrics
        self._health = health
        self._invalidation = invalidation

    def indexed(self, tenant_id: str, kind: ChangeKind, number: int) -> None:
        """So many of a tenant's changes are in its index."""
        count = self._metrics.indexed if kind is ChangeKind.INDEX else self._metrics.deleted
        count(tenant_id, number)

    def changed(self, tenant_ids: Set[str]) -> None:
        """These tenants' indices are not what they were."""
        self._invalidation.changed(tenant_ids)

    def put_off(self, tenant_id: str, number: int) -> None:
        """Elasticsearch takes so many of a tenant's changes later, if at all."""
        self._metrics.put_off(tenant_id, number)

    def carried_on(self, held_tenants: int) -> None:
        """A batch came to its end; so many tenants are passed over for a while."""
        self._health.indexing = replace(self._health.indexing, held_tenants=held_tenants, failure="")

    def failed(self, error: Exception) -> None:
        """A batch did not come to its end, and will be taken again."""
        foreseen = isinstance(error, DependencyUnavailableError | DeadlineExceededError)
        self._metrics.relay_failed("unavailable" if foreseen else "unforeseen")
        # Its text may name a tenant's index, and readiness is told to everybody: that is for the log.
        self._health.indexing = replace(self._health.indexing, failure=type(error).__name__)
