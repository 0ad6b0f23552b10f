"""GET /search."""

from __future__ import annotations

from aiohttp import web

from reference_service.http.answers import answered
from reference_service.http.exchange import EXCHANGE
from reference_service.http.gate import Gate
from reference_service.limits.operation import Operation
from reference_service.search.query import Bounds, parse_search
from reference_service.search.searcher import Searcher


class SearchHandler:
    """Turns a request into a search and its answer into a response."""

    def __init__(self, gate: Gate, searcher: Searcher, bounds: Bounds) -> None:
        self._gate = gate
        self._searcher = searcher
        self._bounds = bounds

    async def search(self, request: web.Request) -> web.Response:
        """Hits of the tenant's documents."""
        exchange = request[EXCHANGE]
        identity = await self._gate.identify(request, exchange, Operation.SEARCH)
        query = parse_search(request.query, self._bounds)
        exchange.query_fingerprint = query.fingerprint()
        look_up = self._searcher.look_up(identity.tenant_id, query, exchange.deadline)
        kept = await self._gate.count_while(request, exchange, Operation.SEARCH, look_up)
        answer = await self._searcher.answer(identity.tenant_id, query, kept, exchange.deadline)
        return answered(exchange, answer)
