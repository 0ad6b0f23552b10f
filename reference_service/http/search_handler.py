"""GET and POST /search."""

from __future__ import annotations

from functools import lru_cache

from aiohttp import web
from yarl import URL

from reference_service.caching.answer_cache import Lookup
from reference_service.errors import InvalidInputError
from reference_service.http.answers import answered
from reference_service.http.body import BodyBounds, read_json_body
from reference_service.http.exchange import EXCHANGE, Exchange
from reference_service.http.gate import Gate
from reference_service.http.parameters import single
from reference_service.identity.identity import Identity
from reference_service.limits.operation import Operation
from reference_service.search.query import Bounds, SearchQuery, parse_search, parse_search_body
from reference_service.search.result import total_of
from reference_service.search.searcher import Searcher

REMEMBERED = 1024  # of at most 16 KB, which bounds a request's head


class SearchHandler:
    """Turns a request into a search and its answer into a response."""

    def __init__(self, gate: Gate, searcher: Searcher, bounds: Bounds, body_bounds: BodyBounds) -> None:
        self._gate = gate
        self._searcher = searcher
        self._bounds = bounds
        self._body_bounds = body_bounds
        # Many clients ask the same: then reading the question is most of the work of answering it.
        self._read = lru_cache(REMEMBERED)(self._read_anew)

    async def search(self, request: web.Request) -> web.Response:
        """Hits of the tenant's documents, for a query in the URL."""
        exchange = request[EXCHANGE]
        identity = await self._gate.identify(request, exchange, Operation.SEARCH)
        try:
            query = self._read(request.rel_url.raw_query_string)
        except InvalidInputError:
            await self._gate.count(request, exchange, Operation.SEARCH)
            raise
        exchange.query_fingerprint = query.fingerprint
        look_up = self._searcher.look_up(identity.tenant_id, query, exchange.deadline)
        kept = await self._gate.count_while(request, exchange, Operation.SEARCH, look_up)
        return await self._answer(exchange, identity, query, kept)

    async def search_with_body(self, request: web.Request) -> web.Response:
        """The same for a tree of clauses in a JSON body."""
        exchange = request[EXCHANGE]
        identity = await self._gate.identify(request, exchange, Operation.SEARCH)
        # Before the body, which costs more than a look into the cache could save.
        await self._gate.count(request, exchange, Operation.SEARCH)
        query = parse_search_body(await read_json_body(request, self._body_bounds), self._bounds)
        exchange.query_fingerprint = query.fingerprint
        kept = await self._searcher.look_up(identity.tenant_id, query, exchange.deadline)
        return await self._answer(exchange, identity, query, kept)

    def _read_anew(self, raw_query_string: str) -> SearchQuery:
        parameters = URL.build(query_string=raw_query_string, encoded=True).query
        return parse_search(single(parameters), self._bounds)

    async def _answer(
        self, exchange: Exchange, identity: Identity, query: SearchQuery, kept: Lookup
    ) -> web.Response:
        answer = await self._searcher.answer(identity.tenant_id, query, kept, exchange.deadline)
        exchange.result_count = total_of(answer.body)
        return answered(exchange, answer)
