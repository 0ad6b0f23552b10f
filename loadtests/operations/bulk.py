"""Bulk: new documents, and deletes of a few that this worker wrote before."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from pydantic import Field

from loadtests.classification import Expectation
from loadtests.http_messages import HttpAnswer, HttpRequest
from loadtests.operations.acknowledgement import fault_of_bulk_acknowledgement, read_bulk_acknowledgement
from loadtests.operations.document import mark_of, new_document
from loadtests.operations.memory import WrittenDocument
from loadtests.operations.operation import Attempt, RequestContext, SessionPart
from loadtests.operations.options import STRICT

_MOST_OPERATIONS = 1000
"""Of one bulk, as the service takes it."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """POST /bulk."""

    __pydantic_config__ = STRICT

    documents: Annotated[int, Field(ge=1, le=_MOST_OPERATIONS)] = 20
    deletes: Annotated[int, Field(ge=0, le=_MOST_OPERATIONS)] = 2
    """At most: as many as were acknowledged and not deleted yet. A session has none."""

    @property
    def name(self) -> str:
        """As in limits."""
        return "bulk"

    @property
    def session(self) -> SessionPart:
        """Its first document is the session's own."""
        return SessionPart(gives=frozenset({"document", "job"}))

    def attempt(self, context: RequestContext) -> Attempt:
        """All or none: every operation of an acknowledged one is a promise. Ids follow as those of index."""
        new = [f"{context.new_document_id()}-{number}" for number in range(self.documents)]
        old = self._deleted(context)
        documents = [new_document(context, document_id) for document_id in new]
        operations = [
            *({"index": document} for document in documents),
            *({"delete": {"id": document_id}} for document_id in old),
        ]
        headers = (context.authorization(), ("Content-Type", "application/json"))
        body = json.dumps({"operations": operations}).encode()
        request = HttpRequest("POST", "/bulk", headers, body)

        def fault_of_answer(body: object) -> str | None:
            return fault_of_bulk_acknowledgement(body, [*new, *old])

        kinds = ("index",) * len(new) + ("delete",) * len(old)
        read_promise = partial(read_bulk_acknowledgement, operations=kinds)

        def learn(answer: HttpAnswer) -> None:
            promise = read_promise(answer.body)
            if context.memory is not None:
                version, title = promise.writes[0].version, str(documents[0]["title"])
                mark = mark_of(new[0], context.at_ns)
                context.memory.wrote(promise.job_id, WrittenDocument(new[0], version, title, mark))

        expectation = Expectation(frozenset({202}), check_body=fault_of_answer)
        return Attempt(request, expectation, read_promise, learn)

    def _deleted(self, context: RequestContext) -> list[str]:
        if context.memory is not None:
            return []
        taken = (context.acknowledged.take_document(context.owner().id) for _ in range(self.deletes))
        return [document_id for document_id in taken if document_id is not None]
