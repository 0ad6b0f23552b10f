"""How each dependency is guarded: what counts as its fault, how often it is asked again, how much at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from reference_service.ports import elasticsearch, postgres, redis_client
from reference_service.ports.dependency import Dependency
from reference_service.resilience import (
    Breaker,
    BreakerPolicy,
    Bulkhead,
    Guard,
    GuardRules,
    RetryBudget,
    Retrying,
    RetryPolicy,
)
from reference_service.settings import Settings

ELASTICSEARCH = GuardRules(elasticsearch.is_fault, elasticsearch.is_transient)
POSTGRES = GuardRules(postgres.is_fault, postgres.is_transient)
REDIS = GuardRules(redis_client.is_fault, redis_client.is_transient)


class Guards:
    """Makes them from the settings: each has a breaker, a retry budget and a bulkhead of its own."""

    def __init__(self, settings: Settings, now_s: Callable[[], float]) -> None:
        self._settings = settings
        self._now_s = now_s

    def elasticsearch_reads(self) -> Guard:
        """Searches and gets: most of the connections."""
        s = self._settings
        retry = RetryPolicy(s.elasticsearch_retries, s.elasticsearch_retry_s)
        room = max(1, s.elasticsearch_connections * 4 // 5)
        return self._guard(Dependency.ELASTICSEARCH, ELASTICSEARCH, s.elasticsearch_slow_read_s, retry, room)

    def elasticsearch_writes(self) -> Guard:
        """The relay's bulk requests: they are repeated by the relay itself, so not here."""
        return self._guard(Dependency.ELASTICSEARCH, ELASTICSEARCH, self._settings.elasticsearch_slow_write_s)

    def postgres_reads(self) -> Guard:
        """At most half of the connections: readers that hang must leave room for writers."""
        s = self._settings
        return self._postgres(max(1, s.postgres_connections // 2))

    def postgres_writes(self) -> Guard:
        """A write may be repeated: the same versions are the same changes (see schema/0010_changes.sql)."""
        s = self._settings
        return self._postgres(max(1, s.postgres_connections * 3 // 4))

    def postgres_once(self) -> Guard:
        """For what must not be made twice: the exchange of a refresh token, a new key."""
        s = self._settings
        return self._guard(
            Dependency.POSTGRES, POSTGRES, s.postgres_slow_s, None, max(1, s.postgres_connections // 4)
        )

    def outbox(self, limit_s: float) -> Guard:
        """Its calls last as long as Elasticsearch takes: none of them is slow by PostgreSQL's fault."""
        return self._guard(Dependency.POSTGRES, POSTGRES, 2 * limit_s)

    def redis(self, dependency: Dependency) -> Guard:
        """Its commands travel in batches: doing without the cache for one late batch would be worse.

        Batches bound what is under way, so there is no bulkhead.
        """
        s = self._settings
        retry = RetryPolicy(s.redis_retries, s.redis_retry_s, exponential=False)
        return self._guard(dependency, REDIS, s.redis_slow_s, retry, hiccup_counts_once=True)

    def _postgres(self, room: int) -> Guard:
        s = self._settings
        retry = RetryPolicy(s.postgres_retries, s.postgres_retry_s)
        return self._guard(Dependency.POSTGRES, POSTGRES, s.postgres_slow_s, retry, room)

    def _guard(
        self,
        dependency: Dependency,
        rules: GuardRules,
        slow_s: float,
        retry: RetryPolicy | None = None,
        room: int | None = None,
        *,
        hiccup_counts_once: bool = False,
    ) -> Guard:
        s = self._settings
        policy = BreakerPolicy(
            failure_threshold=s.breaker_failures,
            success_threshold=s.breaker_successes,
            reset_s=s.breaker_reset_s,
            slow_call_s=slow_s,
            hiccup_counts_once=hiccup_counts_once,
        )
        budget = RetryBudget(s.retry_budget, s.retry_reserve)
        retrying = Retrying(retry, budget, random.random, asyncio.sleep) if retry is not None else None
        bulkhead = Bulkhead(dependency.value, room, room * s.bulkhead_queue) if room is not None else None
        return Guard(dependency.value, Breaker(policy, self._now_s), rules, self._now_s, retrying, bulkhead)
