"""POST /documents, POST /bulk, GET and DELETE /documents/{id}."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from reference_service.documents.bulk import parse_bulk, values_in
from reference_service.documents.document import MOST_VALUES, check_id, parse_document
from reference_service.documents.reader import DocumentReader
from reference_service.errors import DocumentNotFoundError, InvalidInputError
from reference_service.http.answers import accepted_all, accepted_one, answered
from reference_service.http.body import BodyBounds, read_json_body, size_to_expect
from reference_service.http.exchange import EXCHANGE
from reference_service.http.gate import Gate
from reference_service.limits.body_room import BodyRoom
from reference_service.limits.operation import Operation
from reference_service.turns import Turns
from reference_service.writes.acceptor import Acceptor, Wanted
from reference_service.writes.idempotency import HEADER, read_idempotency
from reference_service.writes.receipt import Outcome, Receipt


class DocumentsHandler:
    """Turns requests into reads and changes of documents."""

    def __init__(
        self,
        gate: Gate,
        reader: DocumentReader,
        acceptor: Acceptor,
        room: BodyRoom,
        body_bytes: int,
        bulk_operations: int,
    ) -> None:
        self._gate = gate
        self._reader = reader
        self._acceptor = acceptor
        self._room = room
        self._bulk_operations = bulk_operations
        self._document_bounds = BodyBounds(body_bytes, MOST_VALUES)
        self._bulk_bounds = BodyBounds(body_bytes, values_in(bulk_operations))

    async def get(self, request: web.Request) -> web.Response:
        """One document."""
        exchange = request[EXCHANGE]
        identity = await self._gate.identify(request, exchange, Operation.GET)
        try:
            document_id = check_id(request.match_info["document_id"])
        except InvalidInputError:
            await self._gate.count(request, exchange, Operation.GET)
            raise
        look_up = self._reader.look_up(identity.tenant_id, document_id, exchange.deadline)
        kept = await self._gate.count_while(request, exchange, Operation.GET, look_up)
        answer = await self._reader.answer(identity.tenant_id, document_id, kept, exchange.deadline)
        return answered(exchange, answer)

    async def index(self, request: web.Request) -> web.Response:
        """Accepts a new or changed document."""
        await self._enter(request, Operation.INDEX)
        turns = Turns()
        body = await self._read(request, self._document_bounds)
        await turns.give()
        document_id, document = parse_document(body)
        await turns.give()
        receipt = await self._accept(request, Operation.INDEX, [Wanted(document_id, document)], body)
        return accepted_one(request[EXCHANGE], receipt)

    async def delete(self, request: web.Request) -> web.Response:
        """Accepts the deletion of a document."""
        await self._enter(request, Operation.DELETE)
        document_id = check_id(request.match_info["document_id"])
        receipt = await self._accept(request, Operation.DELETE, [Wanted(document_id, None)], b"")
        if receipt.items[0].outcome is Outcome.ABSENT:
            raise DocumentNotFoundError(document_id)
        return accepted_one(request[EXCHANGE], receipt)

    async def bulk(self, request: web.Request) -> web.Response:
        """Accepts many changes, all or none."""
        await self._enter(request, Operation.BULK)
        turns = Turns()
        body = await self._read(request, self._bulk_bounds)
        await turns.give()
        wanted = parse_bulk(body, self._bulk_operations)
        await turns.give()
        receipt = await self._accept(request, Operation.BULK, wanted, body)
        return accepted_all(request[EXCHANGE], receipt)

    async def _enter(self, request: web.Request, operation: Operation) -> None:
        exchange = request[EXCHANGE]
        await self._gate.identify(request, exchange, operation)
        await self._gate.count(request, exchange, operation)

    async def _read(self, request: web.Request, bounds: BodyBounds) -> bytes:
        """The body, when there is room for it; it is there until the request has been answered."""
        exchange = request[EXCHANGE]
        tenant_id = exchange.known_identity().tenant_id
        exchange.at_the_end(await self._room.enter(tenant_id, size_to_expect(request, bounds)))
        return await read_json_body(request, bounds)

    async def _accept(
        self, request: web.Request, operation: Operation, wanted: Sequence[Wanted], body: bytes
    ) -> Receipt:
        exchange = request[EXCHANGE]
        turns = Turns()
        idempotency = read_idempotency(request.headers.get(HEADER), request.method, request.path, body)
        await turns.give()
        return await self._acceptor.accept(
            operation.value,
            exchange.known_identity(),
            wanted,
            idempotency,
            exchange.request_id,
            exchange.deadline,
        )
