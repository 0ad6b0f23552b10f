"""Delete: a document that this worker wrote, else one that never was."""

from functools import partial

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.acknowledgement import fault_of_acknowledgement, read_acknowledgement
from loadtests.operations.operation import Attempt, RequestContext, authorization


class Delete:
    """DELETE /documents/{id}."""

    name = "delete"

    def attempt(self, context: RequestContext) -> Attempt:
        """404 is expected only of a document that never was: an acknowledged one must be there to delete."""
        tenant = context.owner()
        written = context.acknowledged.take_document(tenant.id)
        document_id = written or f"load-{context.worker}-{context.sequence}"

        def fault_of_answer(body: object) -> str | None:
            return fault_of_acknowledgement(body, document_id)

        refusals = frozenset[int]() if written else frozenset({404})
        expectation = Expectation(frozenset({202}), refusals, fault_of_answer)
        request = HttpRequest("DELETE", f"/documents/{document_id}", (authorization(tenant),))
        return Attempt(request, expectation, partial(read_acknowledgement, operation="delete"))
