"""Bulk: new documents, and deletes of a few that this worker wrote before."""

import json
from functools import partial

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.acknowledgement import fault_of_bulk_acknowledgement, read_bulk_acknowledgement
from loadtests.operations.document import new_document
from loadtests.operations.operation import Attempt, RequestContext, authorization

DOCUMENTS = 20
DELETES = 2
"""At most: as many as were acknowledged and not deleted yet."""


class Bulk:
    """POST /bulk."""

    name = "bulk"

    def attempt(self, context: RequestContext) -> Attempt:
        """All or none: every operation of an acknowledged one is a promise. Ids follow as those of index."""
        tenant = context.owner()
        new = [f"load-{context.worker}-{context.sequence}-{number}" for number in range(DOCUMENTS)]
        taken = (context.acknowledged.take_document(tenant.id) for _ in range(DELETES))
        old = [document_id for document_id in taken if document_id is not None]
        operations = [
            *({"index": new_document(context, document_id)} for document_id in new),
            *({"delete": {"id": document_id}} for document_id in old),
        ]
        headers = (authorization(tenant), ("Content-Type", "application/json"))
        body = json.dumps({"operations": operations}).encode()
        request = HttpRequest("POST", "/bulk", headers, body)

        def fault_of_answer(body: object) -> str | None:
            return fault_of_bulk_acknowledgement(body, [*new, *old])

        kinds = ("index",) * len(new) + ("delete",) * len(old)
        expectation = Expectation(frozenset({202}), check_body=fault_of_answer)
        return Attempt(request, expectation, partial(read_bulk_acknowledgement, operations=kinds))
