"""Index: a new document with an id of the client's choice."""

import json

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.acknowledgement import fault_of_acknowledgement
from loadtests.operations.operation import Attempt, RequestContext, authorization

_TITLE_WORDS, _CONTENT_WORDS = 5, 60


class Index:
    """POST /documents."""

    name = "index"

    def attempt(self, context: RequestContext) -> Attempt:
        """The id follows from worker and sequence, so that the evidence can name every document."""
        document_id = f"load-{context.worker}-{context.sequence}"
        content = {
            "id": document_id,
            "title": " ".join(context.popular_word() for _ in range(_TITLE_WORDS)).capitalize(),
            "content": " ".join(context.popular_word() for _ in range(_CONTENT_WORDS)),
            "tags": ["load"],
        }
        headers = (authorization(context.owner()), ("Content-Type", "application/json"))
        request = HttpRequest("POST", "/documents", headers, json.dumps(content).encode())

        def fault_of_answer(body: object) -> str | None:
            return fault_of_acknowledgement(body, document_id)

        expectation = Expectation(frozenset({202}), check_body=fault_of_answer)
        return Attempt(request, expectation, writes_document_id=document_id)
