"""A search's time, told apart by the spans of the analysis, section 4.3; nothing when tracing is off."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from reference_service.observability.spans import NOTHING, SpanName, request_span, span
from tests.reference_service.observability.collector import Collector, attributes, collector
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

PARENTS = {
    SpanName.LIMIT: SpanName.GATEWAY,
    SpanName.CACHE: SpanName.GATEWAY,
    SpanName.REDIS: SpanName.CACHE,
    SpanName.QUERY: SpanName.GATEWAY,
    SpanName.PARSE: SpanName.QUERY,
    SpanName.EXECUTE: SpanName.QUERY,
    SpanName.SERIALIZE: SpanName.GATEWAY,
}
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def traced(bed: TestBed, found: Collector, **more: str) -> ServiceProcess:
    return ServiceProcess(
        bed,
        bed.ports.port_base + SERVICE_OFFSET + 7,
        SERVICE_WORKER="7",
        SERVICE_TRACE_ENDPOINT=found.endpoint,
        **{"SERVICE_TRACE_RATIO": "1", **more},
    )


@pytest.mark.stack
async def test_a_search_is_told_apart_and_is_a_part_of_its_clients_trace(bed: TestBed, acme: Tenant) -> None:
    async with collector() as found:
        service = traced(bed, found)
        await service.start()
        try:
            await service.wait_for("ready", 15)
            sent = {"X-Request-Id": "traced-1", "traceparent": f"00-{TRACE}-{PARENT}-01"}
            reply = await service.call("GET", "/search?q=hush-hush-words", acme, headers=sent)
            assert reply.source == "live"
            spans = await found.trace_of("traced-1")
        finally:
            await service.stop()
    root = spans[SpanName.GATEWAY]
    assert (root.trace_id.hex(), root.parent_span_id.hex()) == (TRACE, PARENT)
    assert attributes(root) == {
        "http.request.method": "GET",
        "http.route": "/search",
        "http.response.status_code": 200,
        "request.id": "traced-1",
        "tenant.id": acme.id,
        "served.from": "live",
    }
    assert set(spans) == set(SpanName)
    for name, parent in PARENTS.items():
        child, over = spans[name], spans[parent]
        assert child.parent_span_id == over.span_id, name
        assert over.start_time_unix_nano <= child.start_time_unix_nano <= child.end_time_unix_nano
    assert all(b"hush" not in body and acme.api_key.encode() not in body for body in found.raw)


@pytest.mark.stack
async def test_what_failed_is_marked_with_its_kind_and_without_its_text(
    bed: TestBed, acme: Tenant, proxies: Proxies
) -> None:
    async with collector() as found:
        service = traced(bed, found)
        await service.start()
        try:
            await service.wait_for("ready", 15)
            async with proxies.refused("elasticsearch"):
                await service.search(acme, "broken", **{"X-Request-Id": "traced-2"})
            spans = await found.trace_of("traced-2")
        finally:
            await service.stop()
    failed = spans[SpanName.EXECUTE]
    assert failed.status.code == Status.STATUS_CODE_ERROR
    assert failed.status.message == "DependencyUnavailableError"
    assert not failed.events
    assert attributes(spans[SpanName.GATEWAY])["degraded"] == "elasticsearch"


@pytest.mark.stack
async def test_the_service_decides_what_is_traced_and_sends_the_rest_when_it_stops(
    bed: TestBed, acme: Tenant
) -> None:
    async with collector() as found:
        service = traced(bed, found, SERVICE_TRACE_RATIO="0")
        await service.start()
        sent = {"X-Request-Id": "wished", "traceparent": f"00-{TRACE}-{PARENT}-01"}
        await service.call("GET", "/search?q=wished", acme, headers=sent)
        assert await service.stop() == 0
        assert not found.spans
        service = traced(bed, found)
        await service.start()
        await service.search(acme, "last", **{"X-Request-Id": "last"})
        assert await service.stop() == 0
        assert any(attributes(each).get("request.id") == "last" for each in found.spans)


@pytest.mark.stack
async def test_a_collector_that_is_away_costs_no_request_and_no_stop(bed: TestBed, acme: Tenant) -> None:
    away = Collector("http://127.0.0.1:9/v1/traces")
    service = traced(bed, away)
    await service.start()
    assert (await service.search(acme, "anyway")).status == 200
    assert await service.stop() == 0


def test_without_tracing_a_span_is_nothing_and_no_exporter_is_loaded() -> None:
    assert span(SpanName.CACHE) is NOTHING
    assert request_span({}) is NOTHING
    code = "import sys, reference_service.serve; print('opentelemetry.exporter' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
