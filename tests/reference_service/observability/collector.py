"""A collector of traces: what arrives by OTLP over HTTP, as spans."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from evidence.ports import HOST


@dataclass
class Collector:
    """Spans in the order of their arrival."""

    endpoint: str = ""
    spans: list[Span] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def trace_of(self, request_id: str) -> dict[str, Span]:
        """The spans of a request by name, waited for until the request's own is there."""
        async with asyncio.timeout(10):
            while not (found := [s for s in self.spans if attributes(s).get("request.id") == request_id]):
                await asyncio.sleep(0.02)
        return {span.name: span for span in self.spans if span.trace_id == found[0].trace_id}

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        self.raw.append(body)
        message = ExportTraceServiceRequest.FromString(body)
        self.spans += [s for r in message.resource_spans for scope in r.scope_spans for s in scope.spans]
        answer = ExportTraceServiceResponse().SerializeToString()
        return web.Response(body=answer, content_type="application/x-protobuf")


def attributes(span: Span) -> dict[str, str | int]:
    """Of text and whole numbers."""
    return {
        each.key: each.value.string_value if each.value.HasField("string_value") else each.value.int_value
        for each in span.attributes
    }


@asynccontextmanager
async def collector() -> AsyncIterator[Collector]:
    """Listens on a port of its own."""
    found = Collector()
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_post("/v1/traces", found.receive)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    address = runner.addresses[0]
    found.endpoint = f"http://{address[0]}:{address[1]}/v1/traces"
    try:
        yield found
    finally:
        await runner.cleanup()
