"""Index: a new document with an id of the client's choice."""

import json
from functools import partial

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.acknowledgement import fault_of_acknowledgement, read_acknowledgement
from loadtests.operations.document import new_document
from loadtests.operations.operation import Attempt, RequestContext, authorization


class Index:
    """POST /documents."""

    name = "index"

    def attempt(self, context: RequestContext) -> Attempt:
        """The id follows from worker and sequence, so that the evidence can name every document."""
        document_id = f"load-{context.worker}-{context.sequence}"
        content = new_document(context, document_id)
        headers = (authorization(context.owner()), ("Content-Type", "application/json"))
        request = HttpRequest("POST", "/documents", headers, json.dumps(content).encode())

        def fault_of_answer(body: object) -> str | None:
            return fault_of_acknowledgement(body, document_id)

        expectation = Expectation(frozenset({202}), check_body=fault_of_answer)
        return Attempt(request, expectation, partial(read_acknowledgement, operation="index"))
