"""Sends spans to an OpenTelemetry collector (OTLP over HTTP), in batches, from a thread of its own."""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from reference_service.observability.logs import SERVICE
from reference_service.observability.spans import NOTHING, Span, SpanName

EXPORT_LIMIT_S = 2.0
EVERY_MS = 1000
QUEUE = 8192  # beyond it spans are dropped: a collector that is away costs memory to here


class TraceExport:
    """Makes spans. A share `ratio` of requests is traced, whatever their clients wish."""

    def __init__(self, endpoint: str, ratio: float, worker: int) -> None:
        share = TraceIdRatioBased(ratio)
        self._provider = TracerProvider(
            # A client's wish to be sampled is not heard: it must not decide what tracing costs here.
            sampler=ParentBased(share, remote_parent_sampled=share),
            resource=Resource({"service.name": SERVICE, "service.instance.id": str(worker)}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(
                OTLPSpanExporter(endpoint, timeout=EXPORT_LIMIT_S),
                max_queue_size=QUEUE,
                schedule_delay_millis=EVERY_MS,
            )
        )
        self._tracer = self._provider.get_tracer(SERVICE)
        self._propagator = TraceContextTextMapPropagator()

    def span(self, name: SpanName) -> Span:
        """A part of what is under way; nothing of a request that is not traced."""
        if not trace.get_current_span().is_recording():
            return NOTHING
        return _Recorded(self._tracer, name, SpanKind.INTERNAL, None)

    def request_span(self, headers: Mapping[str, str]) -> Span:
        """A whole request."""
        carried = {name: headers[name] for name in self._propagator.fields if name in headers}
        parent = self._propagator.extract(carried) if carried else None
        return _Recorded(self._tracer, SpanName.GATEWAY, SpanKind.SERVER, parent)

    def end(self) -> None:
        """Sends what has gathered, if it can be sent within seconds. Blocks."""
        self._provider.shutdown()


class _Recorded:
    """Not the SDK's own context manager: that one notes the texts of errors, which may tell of queries."""

    def __init__(self, tracer: trace.Tracer, name: SpanName, kind: SpanKind, parent: Context | None) -> None:
        self._span = tracer.start_span(name.value, parent, kind)

    def __enter__(self) -> _Recorded:
        self._token = context.attach(trace.set_span_in_context(self._span))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is not None:
            self._span.set_status(Status(StatusCode.ERROR, kind.__name__))
        context.detach(self._token)
        self._span.end()

    def note(self, attributes: Mapping[str, str | int]) -> None:
        self._span.set_attributes(attributes)
