"""Structured logs on stderr: one JSON object a line, with the fields of the analysis, section 4.2."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from reference_service.observability.log_sink import LogSink, stderr_sink

SERVICE = "document-search"
FLUSH_AFTER_S = 0.2


class JsonFormatter(logging.Formatter):
    """What libraries and the service's own modules log."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": SERVICE,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


class _SinkHandler(logging.Handler):
    def __init__(self, sink: LogSink) -> None:
        super().__init__()
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._sink.write(self.format(record).encode() + b"\n")
        except Exception:  # as every handler of logging: whoever logs must not fail
            self.handleError(record)


def log_sink() -> LogSink:
    """Where this process's lines go."""
    return stderr_sink(_dropped)


def _dropped(number: int) -> bytes:
    line = {
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": "error",
        "service": SERVICE,
        "logger": __name__,
        "message": f"{number} lines of the log were dropped: they were not read in time",
    }
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def configure_logs(level: str) -> None:
    """Sends all logs to stderr as JSON."""
    handler = _SinkHandler(log_sink())
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # These two log every single request and failure, which metrics and breakers tell already.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    logging.getLogger("aiohttp.access").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One answered request. The query is a fingerprint, never the text; `source` as in Served-From."""

    request_id: str
    tenant_id: str | None
    method: str
    path: str
    duration_ms: float
    status: int
    query_fingerprint: str | None
    result_count: int | None
    source: str | None


class RequestLog:
    """Written in batches: a write per request would cost more than the request's work."""

    def __init__(
        self, sink: LogSink, enabled: bool, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._sink = sink
        self.enabled = enabled
        self._now = now
        self._lines: list[bytes] = []

    def write(self, request: RequestLine) -> None:
        """Adds a line with the fields of the analysis, section 4.2."""
        if not self.enabled:
            return
        if not self._lines:
            asyncio.get_running_loop().call_later(FLUSH_AFTER_S, self.flush)
        line: dict[str, object] = {
            "timestamp": self._now().isoformat(timespec="milliseconds"),
            "level": "info",
            "service": SERVICE,
            "requestId": request.request_id,
            "tenantId": request.tenant_id,
            "method": request.method,
            "path": request.path,
            "duration": round(request.duration_ms, 2),
            "statusCode": request.status,
        }
        if request.query_fingerprint is not None:
            line["query"] = request.query_fingerprint
            line["resultCount"] = request.result_count
            line["cached"] = request.source == "cache"
        if request.source is not None:
            line["servedFrom"] = request.source
        self._lines.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def flush(self) -> None:
        """Writes what has gathered."""
        lines, self._lines = self._lines, []
        for line in lines:
            self._sink.write(line)
