"""The metrics of the analysis, section 4.1, by name, and those of breakers, outbox and degraded answers."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

# Around the promises of section 7.2 (200, 500, 1000 ms) and the thresholds of 4.4, so that they are edges.
LATENCY_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0)
RESULT_BUCKETS = (0, 1, 10, 100, 1000, 10_000)
OTHER = "other"


class TenantLabels:
    """Bounds the tenants that metrics tell apart: the first `bound` seen, all others as one."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._seen: set[str] = set()

    def label(self, tenant_id: str) -> str:
        """The tenant's id, or `other`."""
        if tenant_id in self._seen:
            return tenant_id
        if len(self._seen) >= self._bound:
            return OTHER
        self._seen.add(tenant_id)
        return tenant_id


class Metrics:
    """One registry per process."""

    def __init__(self, tenant_bound: int) -> None:
        # A second series for each one, which nobody reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self.registry = CollectorRegistry()
        self._tenants = TenantLabels(tenant_bound)
        r = self.registry
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
        self.guard_events = Gauge(
            "guard_events",
            "Calls that a guard refused, retried, or did not retry, since the start.",
            ("guard", "event"),
            registry=r,
        )
        self.guard_in_use = Gauge(
            "guard_in_use", "Calls of a guard that are under way.", ("guard",), registry=r
        )
        self.requests_under_way = Gauge(
            "requests_under_way", "Requests of all tenants that are being answered.", registry=r
        )
        self.elasticsearch_health = Gauge(
            "elasticsearch_health", "1 for the cluster's present status.", ("cluster", "status"), registry=r
        )
        self.redis_connected = Gauge(
            "redis_connected", "1 when the last probe was answered.", ("instance",), registry=r
        )
        self.postgres_connections = Gauge(
            "postgres_connections", "Connections of this worker.", ("state",), registry=r
        )
        self.breaker_state = Gauge(
            "breaker_state", "1 for the breaker's present state.", ("breaker", "state"), registry=r
        )
        self.outbox_pending = Gauge("outbox_pending", "Accepted changes not yet indexed.", registry=r)
        self.outbox_oldest_seconds = Gauge("outbox_oldest_seconds", "Age of the oldest of them.", registry=r)
        self.journal_waiting_sets = Gauge(
            "journal_waiting_sets", "Requests accepted locally and not yet carried to PostgreSQL.", registry=r
        )
        self.journal_oldest_seconds = Gauge(
            "journal_oldest_seconds", "Age of the oldest of them.", registry=r
        )
        self.journal_refused_sets = Gauge(
            "journal_refused_sets", "Requests accepted locally that PostgreSQL will never take.", registry=r
        )
        self.identities_known = Gauge(
            "identities_known", "API keys this worker can tell by itself.", registry=r
        )

    def request(self, method: str, path: str, status: int, tenant_id: str | None, took_s: float) -> None:
        """One request was answered; `path` is its route, not its text."""
        tenant = self._tenants.label(tenant_id) if tenant_id else ""
        self._requests.labels(method, path, str(status), tenant).inc()
        self._durations.labels(method, path, tenant).observe(took_s)

    def search(self, tenant_id: str, cached: bool, took_s: float) -> None:
        """One search was answered."""
        tenant = self._tenants.label(tenant_id)
        self._searches.labels(tenant, "true" if cached else "false").inc()
        self._search_latency.labels(tenant).observe(took_s)

    def search_results(self, tenant_id: str, total: int) -> None:
        """A live search found `total` documents."""
        self._search_results.labels(self._tenants.label(tenant_id)).observe(total)

    def indexed(self, tenant_id: str, number: int) -> None:
        """Documents reached Elasticsearch."""
        self._indexed.labels(self._tenants.label(tenant_id)).inc(number)

    def deleted(self, tenant_id: str, number: int) -> None:
        """Deletions reached Elasticsearch."""
        self._deleted.labels(self._tenants.label(tenant_id)).inc(number)

    def degraded(self, reason: str) -> None:
        """An answer was given without something."""
        self._degraded.labels(reason).inc()

    def limited(self, tenant_id: str | None, operation: str) -> None:
        """A request was refused by its limit."""
        self._limited.labels(self._tenants.label(tenant_id) if tenant_id else "", operation).inc()

    def crowded(self, tenant_id: str) -> None:
        """A request was refused because its tenant had too many under way."""
        self._crowded.labels(self._tenants.label(tenant_id)).inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
