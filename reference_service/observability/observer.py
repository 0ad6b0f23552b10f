"""Asks dependencies for what health and metrics tell and no request needs."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

from reference_service.health import Health
from reference_service.ports.elasticsearch import Elasticsearch
from reference_service.ports.outbox import Outbox
from reference_service.resilience import Cutoff, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.backlog import Backlog

EVERY_S = 2.0
LIMIT_S = 1.0


class Observer:
    """Looks at the outbox and at the cluster's status."""

    def __init__(
        self, health: Health, outbox: Outbox, elasticsearch: Elasticsearch, backlog: Backlog
    ) -> None:
        self._backlog = backlog
        self._health = health
        self._outbox = outbox
        self._elasticsearch = elasticsearch

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._look()
            await asyncio.sleep(EVERY_S)

    async def _look(self) -> None:
        # When PostgreSQL is away the last known depth stays; the breaker tells that it is old.
        with contextlib.suppress(DependencyUnavailableError, DeadlineExceededError):
            depth = await self._outbox.depth()
            self._health.indexing = replace(
                self._health.indexing, pending=depth.total, oldest_s=depth.oldest_s
            )
            self._backlog.observe(depth.pending)
        try:
            with Cutoff(LIMIT_S):
                self._health.cluster_status = await self._elasticsearch.status()
        except Exception:  # whatever the client raises, the status is not known
            self._health.cluster_status = "unknown"
