"""The metrics of the analysis, section 4.1, with their names and labels, and what is told beside them."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import ServiceProcess, Tenant

pytestmark = pytest.mark.stack
# search_latency_seconds has no `percentile`: docs/departures.md.
ANALYSIS = {
    "http_requests_total": {"method", "path", "status", "tenant"},
    "http_request_duration_seconds_count": {"method", "path", "tenant"},
    "search_queries_total": {"tenant", "cached"},
    "search_latency_seconds_count": {"tenant"},
    "search_results_count_count": {"tenant"},
    "elasticsearch_health": {"cluster", "status"},
    "redis_connected": {"instance"},
    "postgres_connections": {"state"},
    "documents_indexed_total": {"tenant"},
    "documents_deleted_total": {"tenant"},
}
BESIDE = {
    "breaker_state": {"breaker", "state"},
    "guard_events_total": {"guard", "event"},
    "guard_in_use": {"guard"},
    "retry_budget_left": {"guard"},
    "outbox_pending": set(),
    "outbox_oldest_seconds": set(),
    "outbox_held_tenants": set(),
    "journal_waiting_sets": set(),
    "journal_oldest_seconds": set(),
    "degraded_answers_total": {"reason"},
}


async def test_every_metric_of_the_analysis_is_told_with_its_labels(
    service: ServiceProcess, acme: Tenant, proxies: Proxies
) -> None:
    async with proxies.refused("redis-cache"):
        await service.search(acme, "degraded")
    written = await service.call("POST", "/documents", acme, {"title": "counted", "content": "c"})
    await service.search(acme, "counted")
    await service.call("DELETE", f"/documents/{written.json['id']}", acme)
    wanted = ANALYSIS | BESIDE
    for _ in range(100):
        text = (await service.call("GET", "/metrics")).content.decode()
        found = {
            sample.name: set(sample.labels)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        if wanted.items() <= found.items():
            break
    missing = {name: found.get(name) for name in wanted if found.get(name) != wanted[name]}
    assert not missing
