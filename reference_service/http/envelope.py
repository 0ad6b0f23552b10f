"""What surrounds every request: deadline, problem documents, headers, metrics, a line in the log."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from reference_service.errors import DocumentNotFoundError
from reference_service.http.exchange import EXCHANGE, Exchange
from reference_service.http.headers import DEGRADED, REQUEST_ID, SECURITY, add_limit
from reference_service.http.limit_reached import LimitReachedError, TooManyAtOnceError
from reference_service.http.problems import crowded, internal, limited, problem_of, slow_body
from reference_service.observability.logs import RequestLine, RequestLog
from reference_service.observability.metrics import Metrics
from reference_service.observability.spans import NOTHING, Span, request_span
from reference_service.resilience import Cutoff, Deadline, DependencyUnavailableError

log = logging.getLogger(__name__)
REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9._-]{1,64}")
IDS = random.Random()  # noqa: S311 - seeded by the system; ids are no secrets, and a call of it for each costs
UNKNOWN_PATH = "unknown"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# (method, route) -> seconds from first byte to last; routes without an entry get `default_s`.
type Budgets = Mapping[tuple[str, str], float]


class Envelope:
    """The only middleware: each one more costs every request."""

    def __init__(
        self,
        budgets: Budgets,
        default_s: float,
        metrics: Metrics,
        request_log: RequestLog,
        now_s: Callable[[], float],
        is_closing: Callable[[], bool],
    ) -> None:
        self.under_way = 0
        self.cut = 0
        self._is_closing = is_closing
        self._budgets = budgets
        self._default_s = default_s
        self._metrics = metrics
        self._request_log = request_log
        self._now_s = now_s

    @web.middleware
    async def handle(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answers the request, whatever its handler does."""
        with request_span(request.headers) as traced:
            return await self._handle(request, handler, traced)

    async def _handle(self, request: web.Request, handler: Handler, traced: Span) -> web.StreamResponse:
        started_s = self._now_s()
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else UNKNOWN_PATH
        budget_s = self._budgets.get((request.method, path), self._default_s)
        exchange = Exchange(_request_id(request), Deadline(started_s + budget_s, self._now_s))
        request[EXCHANGE] = exchange
        self.under_way += 1
        try:
            with Cutoff(budget_s):
                response = await handler(request)
        except Exception as error:
            response = self._refusal(error, exchange)
        except asyncio.CancelledError:
            self.cut += 1  # clients that leave cancel nothing: only a stop does
            raise
        finally:
            self.under_way -= 1
            exchange.end()
        if self._is_closing():
            response.force_close()
        self._finish(request, response, exchange, path, self._now_s() - started_s)
        if traced is not NOTHING:
            traced.note(_attributes(request.method, path, response.status, exchange))
        return response

    def _refusal(self, error: Exception, exchange: Exchange) -> web.Response:
        if isinstance(error, LimitReachedError):
            tenant_id = exchange.identity.tenant_id if exchange.identity else None
            self._metrics.limited(tenant_id, error.operation.value)
            return limited(error.retry_after_s)
        if isinstance(error, TooManyAtOnceError):
            self._metrics.crowded(exchange.known_identity().tenant_id)
            return crowded()
        if isinstance(error, DependencyUnavailableError | DocumentNotFoundError):
            exchange.miss(*error.missed)
        if isinstance(error, TimeoutError) and exchange.awaits_body:
            return slow_body()
        response = problem_of(error)
        if response is None:
            log.error("request %s failed", exchange.request_id, exc_info=error)
            return internal()
        return response

    def _finish(
        self, request: web.Request, response: web.StreamResponse, exchange: Exchange, path: str, took_s: float
    ) -> None:
        headers = response.headers
        headers.update(SECURITY)
        headers[REQUEST_ID] = exchange.request_id
        if exchange.decision is not None:
            add_limit(headers, exchange.decision)
        if exchange.degraded:
            headers[DEGRADED] = ", ".join(exchange.degraded)
            for reason in exchange.degraded:
                self._metrics.degraded(reason)
        identity = exchange.identity
        tenant_id, tier = (identity.tenant_id, identity.tier.value) if identity else (None, None)
        self._metrics.request(request.method, path, response.status, tenant_id, tier, took_s)
        if exchange.source is not None and exchange.query_fingerprint is not None and tenant_id is not None:
            self._metrics.search(tenant_id, exchange.source == "cache", took_s)
        if not self._request_log.enabled:
            return
        self._request_log.write(
            RequestLine(
                request_id=exchange.request_id,
                tenant_id=tenant_id,
                method=request.method,
                path=path,
                duration_ms=took_s * 1000,
                status=response.status,
                query_fingerprint=exchange.query_fingerprint,
                result_count=exchange.result_count,
                source=exchange.source,
            )
        )


def _attributes(method: str, path: str, status: int, exchange: Exchange) -> dict[str, str | int]:
    """By OpenTelemetry's conventions for HTTP servers, and what the log has as well."""
    noted: dict[str, str | int] = {
        "http.request.method": method,
        "http.route": path,
        "http.response.status_code": status,
        "request.id": exchange.request_id,
    }
    if exchange.identity is not None:
        noted["tenant.id"] = exchange.identity.tenant_id
    if exchange.source is not None:
        noted["served.from"] = exchange.source
    if exchange.degraded:
        noted["degraded"] = ", ".join(exchange.degraded)
    return noted


def _request_id(request: web.Request) -> str:
    given = request.headers.get(REQUEST_ID)
    if given is not None and REQUEST_ID_PATTERN.fullmatch(given):
        return given
    return f"{IDS.getrandbits(64):016x}"
