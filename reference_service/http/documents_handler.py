"""POST /documents, GET and DELETE /documents/{id}."""

from __future__ import annotations

from aiohttp import web

from reference_service.documents.document import check_id, parse_document
from reference_service.documents.reader import DocumentReader
from reference_service.http.answers import accepted, answered
from reference_service.http.exchange import EXCHANGE
from reference_service.http.gate import Gate
from reference_service.http.problems import problem
from reference_service.limits.operation import Operation
from reference_service.writes.acceptor import Acceptor


class DocumentsHandler:
    """Turns requests into reads and changes of documents."""

    def __init__(self, gate: Gate, reader: DocumentReader, acceptor: Acceptor) -> None:
        self._gate = gate
        self._reader = reader
        self._acceptor = acceptor

    async def get(self, request: web.Request) -> web.Response:
        """One document."""
        exchange = request[EXCHANGE]
        identity = await self._gate.identify(request, exchange, Operation.GET)
        document_id = check_id(request.match_info["document_id"])
        look_up = self._reader.look_up(identity.tenant_id, document_id, exchange.deadline)
        kept = await self._gate.count_while(request, exchange, Operation.GET, look_up)
        answer = await self._reader.answer(identity.tenant_id, document_id, kept, exchange.deadline)
        return answered(exchange, answer)

    async def index(self, request: web.Request) -> web.Response:
        """Accepts a new or changed document."""
        exchange = request[EXCHANGE]
        identity = await self._gate.identify(request, exchange, Operation.INDEX)
        await self._gate.count(request, exchange, Operation.INDEX)
        if request.content_type != "application/json":
            detail = f"The Content-Type is {request.content_type}; application/json is required."
            return problem(415, "unsupported-content-type", "The body's type is not known", detail)
        document_id, document = parse_document(await request.read())
        receipt = await self._acceptor.index(
            identity, document_id, document, exchange.request_id, exchange.deadline
        )
        return accepted(receipt)

    async def delete(self, request: web.Request) -> web.Response:
        """Accepts the deletion of a document."""
        exchange = request[EXCHANGE]
        identity = await self._gate.identify(request, exchange, Operation.DELETE)
        document_id = check_id(request.match_info["document_id"])
        await self._gate.count(request, exchange, Operation.DELETE)
        receipt = await self._acceptor.delete(identity, document_id, exchange.request_id, exchange.deadline)
        return accepted(receipt)
