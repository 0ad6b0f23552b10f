"""How things are at the moment. Each gauge says how it adds up over workers, for as long as they live."""

from __future__ import annotations

from typing import Literal

from prometheus_client import CollectorRegistry, Gauge

# Of each worker its own: the sum. Seen by all workers alike: the least good, or the last look at it.
type AddUp = Literal["livesum", "livemin", "livemax", "livemostrecent"]


class Gauges:
    """Set by publisher.py."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, labels: tuple[str, ...], add_up: AddUp) -> Gauge:
            return Gauge(name, text, labels, registry=registry, multiprocess_mode=add_up)

        self.workers = gauge("workers", "Worker processes of this machine.", ("state",), "livemostrecent")
        self.worker_restarts = gauge(
            "worker_restarts", "Workers that died and were started again.", (), "livemostrecent"
        )
        self.resident_memory_bytes = gauge(
            "resident_memory_bytes", "Resident memory of all workers.", (), "livesum"
        )
        self.requests_under_way = gauge(
            "requests_under_way", "Requests of all tenants that are being answered.", (), "livesum"
        )
        self.elasticsearch_health = gauge(
            "elasticsearch_health", "1 for the cluster's present status.", ("cluster", "status"), "livemax"
        )
        self.tenant_tier = gauge(
            "tenant_tier", "1 for the present tier of a tenant.", ("tenant", "tier"), "livemax"
        )
        self.redis_connected = gauge(
            "redis_connected", "1 when the last probe was answered.", ("instance",), "livemin"
        )
        self.postgres_connections = gauge(
            "postgres_connections", "Connections of the workers' pools.", ("state",), "livesum"
        )
        self.breaker_state = gauge(
            "breaker_state", "Workers whose breaker is in this state.", ("breaker", "state"), "livesum"
        )
        self.guard_in_use = gauge("guard_in_use", "Calls that are under way.", ("guard",), "livesum")
        self.retry_budget_left = gauge(
            "retry_budget_left",
            "Retries that may be made now, by the worker with the fewest.",
            ("guard",),
            "livemin",
        )
        self.outbox_pending = gauge(
            "outbox_pending", "Accepted changes not yet indexed.", (), "livemostrecent"
        )
        self.outbox_oldest_seconds = gauge(
            "outbox_oldest_seconds", "Age of the oldest of them.", (), "livemostrecent"
        )
        self.outbox_held_tenants = gauge(
            "outbox_held_tenants",
            "Tenants of whose changes Elasticsearch takes none for now, by the worker that knows most.",
            (),
            "livemax",
        )
        self.journal_waiting_sets = gauge(
            "journal_waiting_sets",
            "Requests accepted locally and not yet carried to PostgreSQL.",
            (),
            "livemostrecent",
        )
        self.journal_oldest_seconds = gauge(
            "journal_oldest_seconds", "Age of the oldest of them.", (), "livemostrecent"
        )
        self.journal_refused_sets = gauge(
            "journal_refused_sets",
            "Requests accepted locally that PostgreSQL takes neither as they are nor as dead letters.",
            (),
            "livemostrecent",
        )
        self.journals_unreadable = gauge(
            "journals_unreadable",
            "Journals of this machine of which nobody knows what waits in them.",
            (),
            "livemax",
        )
        self.cache_marks_overdue = gauge(
            "cache_marks_overdue", "Changes that readers of the cache are not told of yet.", (), "livesum"
        )
        self.identities_known = gauge(
            "identities_known", "API keys that every worker can tell by itself.", (), "livemin"
        )
