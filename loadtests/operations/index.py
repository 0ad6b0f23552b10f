"""Index: a new document with an id of the client's choice."""

import json
from dataclasses import dataclass
from functools import partial

from loadtests.classification import Expectation
from loadtests.http_messages import HttpAnswer, HttpRequest
from loadtests.operations.acknowledgement import fault_of_acknowledgement, read_acknowledgement
from loadtests.operations.document import mark_of, new_document
from loadtests.operations.memory import WrittenDocument
from loadtests.operations.operation import Attempt, RequestContext, SessionPart
from loadtests.operations.options import STRICT


@dataclass(frozen=True, slots=True)
class Index:
    """POST /documents."""

    __pydantic_config__ = STRICT

    @property
    def name(self) -> str:
        """As in limits."""
        return "index"

    @property
    def session(self) -> SessionPart:
        """A document of the session's own."""
        return SessionPart(gives=frozenset({"document", "job"}))

    def attempt(self, context: RequestContext) -> Attempt:
        """A document that nobody else writes."""
        document_id = context.new_document_id()
        content = new_document(context, document_id)
        headers = (context.authorization(), ("Content-Type", "application/json"))
        request = HttpRequest("POST", "/documents", headers, json.dumps(content).encode())

        def fault_of_answer(body: object) -> str | None:
            return fault_of_acknowledgement(body, document_id)

        def learn(answer: HttpAnswer) -> None:
            promise = read_acknowledgement(answer.body, "index")
            if context.memory is not None:
                version, title = promise.writes[0].version, str(content["title"])
                document = WrittenDocument(document_id, version, title, mark_of(document_id, context.at_ns))
                context.memory.wrote(promise.job_id, document)

        expectation = Expectation(frozenset({202}), check_body=fault_of_answer)
        return Attempt(request, expectation, partial(read_acknowledgement, operation="index"), learn)
