"""What requests and changes count: the metrics of the analysis, section 4.1, by name, and more."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from reference_service.observability.gauges import Gauges
from reference_service.observability.shared_metrics import merged_text
from reference_service.observability.tenant_labels import TenantLabels
from reference_service.observability.tenant_tiers import TenantTiers

# Around the promises of section 7.2 (200, 500, 1000 ms) and the thresholds of 4.4, so that they are edges.
LATENCY_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0)
RESULT_BUCKETS = (0, 1, 10, 100, 1000, 10_000)


class Metrics:
    """One registry per process; `shared` is the folder in which several workers add up theirs."""

    def __init__(self, tenant_bound: int, shared: Path | None = None) -> None:
        # A second series for each one, which nobody reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self._shared = shared
        self.registry = r = CollectorRegistry()
        self._tenants = TenantLabels(tenant_bound)
        self.gauges = Gauges(r)
        self._tiers = TenantTiers(self.gauges.tenant_tier)
        self._requests = Counter(
            "http_requests_total", "Requests answered.", ("method", "path", "status", "tenant"), registry=r
        )
        self._durations = Histogram(
            "http_request_duration_seconds",
            "Time from a request's head to its answer.",
            ("method", "path", "tenant"),
            buckets=LATENCY_BUCKETS_S,
            registry=r,
        )
        self._searches = Counter(
            "search_queries_total", "Searches answered.", ("tenant", "cached"), registry=r
        )
        self._search_latency = Histogram(
            "search_latency_seconds", "Time of searches.", ("tenant",), buckets=LATENCY_BUCKETS_S, registry=r
        )
        self._search_results = Histogram(
            "search_results_count",
            "Documents that searches found.",
            ("tenant",),
            buckets=RESULT_BUCKETS,
            registry=r,
        )
        self._indexed = Counter("documents_indexed_total", "Documents indexed.", ("tenant",), registry=r)
        self._deleted = Counter("documents_deleted_total", "Documents deleted.", ("tenant",), registry=r)
        self._put_off = Counter(
            "changes_put_off_total",
            "Changes that Elasticsearch did not take for now, each time.",
            ("tenant",),
            registry=r,
        )
        self._relay_failures = Counter(
            "relay_failures_total",
            "Batches of changes that did not come to their end, by cause.",
            ("cause",),
            registry=r,
        )
        self._degraded = Counter(
            "degraded_answers_total", "Answers by what was missed.", ("reason",), registry=r
        )
        self._limited = Counter(
            "rate_limited_total", "Requests refused by a limit.", ("tenant", "operation"), registry=r
        )
        self._crowded = Counter(
            "bulkhead_rejections_total",
            "Requests refused because the tenant had too many under way.",
            ("tenant",),
            registry=r,
        )
        self._guard_events = Counter(
            "guard_events_total",
            "Calls refused, retried, not retried for want of budget; breakers opened.",
            ("guard", "event"),
            registry=r,
        )

        # Finding a series by its labels costs more than counting. There are as many as labels allow.
        self._request_series = cache(self._find_request_series)
        self._search_series = cache(self._find_search_series)

    def request(
        self, method: str, path: str, status: int, tenant_id: str | None, tier: str | None, took_s: float
    ) -> None:
        """One request was answered; `path` is its route, not its text."""
        tenant = self._tenants.label(tenant_id)
        self._tiers.note(tenant, tier)
        requests, durations = self._request_series(method, path, status, tenant)
        requests.inc()
        durations.observe(took_s)

    def search(self, tenant_id: str, cached: bool, took_s: float) -> None:
        """One search was answered."""
        searches, latencies = self._search_series(self._tenants.label(tenant_id), cached)
        searches.inc()
        latencies.observe(took_s)

    def search_results(self, tenant_id: str, total: int) -> None:
        """A live search found `total` documents."""
        self._search_results.labels(self._tenants.label(tenant_id)).observe(total)

    def indexed(self, tenant_id: str, number: int) -> None:
        """Documents reached Elasticsearch."""
        self._indexed.labels(self._tenants.label(tenant_id)).inc(number)

    def deleted(self, tenant_id: str, number: int) -> None:
        """Deletions reached Elasticsearch."""
        self._deleted.labels(self._tenants.label(tenant_id)).inc(number)

    def put_off(self, tenant_id: str, number: int) -> None:
        """So many changes are to be tried again later."""
        self._put_off.labels(self._tenants.label(tenant_id)).inc(number)

    def relay_failed(self, cause: str) -> None:
        """A batch did not come to its end."""
        self._relay_failures.labels(cause).inc()

    def degraded(self, reason: str) -> None:
        """An answer was given without something."""
        self._degraded.labels(reason).inc()

    def limited(self, tenant_id: str | None, operation: str) -> None:
        """A request was refused by its limit."""
        self._limited.labels(self._tenants.label(tenant_id), operation).inc()

    def crowded(self, tenant_id: str) -> None:
        """A request was refused because its tenant had too many under way."""
        self._crowded.labels(self._tenants.label(tenant_id)).inc()

    def guard_event(self, guard: str, event: str, number: int) -> None:
        """It happened so many times more."""
        self._guard_events.labels(guard, event).inc(number)

    def _find_request_series(
        self, method: str, path: str, status: int, tenant: str
    ) -> tuple[Counter, Histogram]:
        return (
            self._requests.labels(method, path, str(status), tenant),
            self._durations.labels(method, path, tenant),
        )

    def _find_search_series(self, tenant: str, cached: bool) -> tuple[Counter, Histogram]:
        return (
            self._searches.labels(tenant, "true" if cached else "false"),
            self._search_latency.labels(tenant),
        )

    def text(self) -> bytes:
        """The exposition format, over all workers. Blocks, for a while when there are many series."""
        return generate_latest(self.registry) if self._shared is None else merged_text(self._shared)
