"""Delete: the session's document; without one, a document that this worker wrote, else one that never was."""

from dataclasses import dataclass
from functools import partial

from loadtests.classification import Expectation
from loadtests.http_messages import HttpAnswer, HttpRequest
from loadtests.operations.acknowledgement import fault_of_acknowledgement, read_acknowledgement
from loadtests.operations.operation import Attempt, RequestContext, SessionPart
from loadtests.operations.options import STRICT


@dataclass(frozen=True, slots=True)
class Delete:
    """DELETE /documents/{id}."""

    __pydantic_config__ = STRICT

    @property
    def name(self) -> str:
        """As in limits."""
        return "delete"

    @property
    def session(self) -> SessionPart:
        """It deletes what the session wrote."""
        return SessionPart(frozenset({"document"}), frozenset({"job", "deletion"}))

    def attempt(self, context: RequestContext) -> Attempt:
        """404 is expected only of a document that never was: an acknowledged one must be there to delete."""
        written = _written(context)
        document_id = written or context.new_document_id()

        def fault_of_answer(body: object) -> str | None:
            return fault_of_acknowledgement(body, document_id)

        def learn(answer: HttpAnswer) -> None:
            promise = read_acknowledgement(answer.body, "delete")
            if context.memory is not None:
                context.memory.removed(promise.job_id)

        refusals = frozenset[int]() if written else frozenset({404})
        expectation = Expectation(frozenset({202}), refusals, fault_of_answer)
        request = HttpRequest("DELETE", f"/documents/{document_id}", (context.authorization(),))
        return Attempt(request, expectation, partial(read_acknowledgement, operation="delete"), learn)


def _written(context: RequestContext) -> str | None:
    memory = context.memory
    if memory is None:
        return context.acknowledged.take_document(context.owner().id)
    return memory.written.document_id if memory.written is not None else None
