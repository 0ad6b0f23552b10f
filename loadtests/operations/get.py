"""Get: a popular seeded document, which nobody deletes, or the document that the session wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from loadtests.classification import Expectation
from loadtests.http_messages import HttpAnswer, HttpRequest
from loadtests.operations.memory import SessionMemory, WrittenDocument
from loadtests.operations.operation import Attempt, RequestContext, SessionPart, is_text, is_whole_number
from loadtests.operations.options import STRICT


class GetOf(StrEnum):
    """Which document."""

    POPULAR = "popular"
    """A seeded one by Zipf's law."""
    WRITTEN = "written"
    """The one that the session wrote: it must be there as written, and once deleted it must be gone."""


_OF_WRITTEN = SessionPart(frozenset({"document"}), alone=False)


@dataclass(frozen=True, slots=True)
class Get:
    """GET /documents/{id}."""

    __pydantic_config__ = STRICT

    of: GetOf = GetOf.POPULAR

    @property
    def name(self) -> str:
        """As in limits."""
        return "get"

    @property
    def session(self) -> SessionPart:
        """A document of the session's own, where it asks for one."""
        return _OF_WRITTEN if self.of is GetOf.WRITTEN else SessionPart()

    def attempt(self, context: RequestContext) -> Attempt:
        """A 404 is wrong for a document that was seeded, or acknowledged and not deleted."""
        memory = context.memory
        if self.of is GetOf.WRITTEN and memory is not None and memory.written is not None:
            return _of_written(context, memory, memory.written)
        document_id, tenant = context.popular_document_id(), context.owner()

        def fault_of_document(body: object) -> str | None:
            if fault := fault_of(body, document_id):
                return fault
            title = body["title"] if isinstance(body, Mapping) else ""
            return context.titles.fault_of(tenant, document_id, title)

        return Attempt(
            _request(context, document_id), Expectation(frozenset({200}), check_body=fault_of_document)
        )


def fault_of(body: object, document_id: str) -> str | None:
    """What is wrong with a document that was asked for by this id."""
    if not isinstance(body, Mapping):
        return "a document must be a JSON object"
    if body.get("id") != document_id:
        return f"asked for document {document_id}, got {body.get('id')!r}"
    if not is_text(body, "title", "content") or not isinstance(body.get("tags"), list):
        return "a document must have title and content as text and a list of tags"
    if not is_whole_number(body.get("version")):
        return "a document must have a whole number as version"
    return None


def fault_of_written(body: object, written: WrittenDocument) -> str | None:
    """What is wrong with a document that nobody but this session has written."""
    if fault := fault_of(body, written.document_id):
        return fault
    if isinstance(body, Mapping) and body["version"] != written.version:
        return f"version {written.version} of {written.document_id} was acknowledged, got {body['version']}"
    if isinstance(body, Mapping) and body["title"] != written.title:
        return f"{written.document_id} was written with another title: {body['title'][:60]!r}"
    return None


def _of_written(context: RequestContext, memory: SessionMemory, written: WrittenDocument) -> Attempt:
    request = _request(context, written.document_id)
    if not memory.deleted:

        def fault_of_document(body: object) -> str | None:
            return fault_of_written(body, written)

        return Attempt(request, Expectation(frozenset({200}), check_body=fault_of_document))

    def fault_of_answer(answer: HttpAnswer, body: object) -> str | None:  # noqa: ARG001 -- as all checks
        # One that calls itself stale is degraded, and says so.
        if answer.headers.get("served-from") == "stale":
            return None
        return f"{written.document_id} is there, its deletion was acknowledged"

    expectation = Expectation(frozenset({200}), frozenset({404}), check_answer=fault_of_answer)
    return Attempt(request, expectation)


def _request(context: RequestContext, document_id: str) -> HttpRequest:
    return HttpRequest("GET", f"/documents/{document_id}", (context.authorization(),))
