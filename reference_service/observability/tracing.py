"""Switches tracing on, when the settings say where to."""

from __future__ import annotations

from collections.abc import Callable

from reference_service.observability.spans import record_with
from reference_service.settings import Settings


def begin_tracing(settings: Settings) -> Callable[[], None]:
    """What ends it, within seconds: sends what has gathered. Blocks no request: the export has a thread."""
    if not settings.trace_endpoint:
        return lambda: None
    # Here, because whoever does not trace need not load OpenTelemetry's SDK.
    from reference_service.observability.trace_export import TraceExport  # noqa: PLC0415

    export = TraceExport(settings.trace_endpoint, settings.trace_ratio, settings.worker)
    record_with(export)
    return export.end
