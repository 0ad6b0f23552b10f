"""Get: a popular seeded document, which nobody deletes."""

from collections.abc import Mapping

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.operation import Attempt, RequestContext, authorization, is_text, is_whole_number


class Get:
    """GET /documents/{id}."""

    name = "get"

    def attempt(self, context: RequestContext) -> Attempt:
        """A 404 is wrong: the document was seeded and load deletes only what load wrote."""
        document_id = context.popular_document_id()

        def fault_of_document(body: object) -> str | None:
            return fault_of(body, document_id)

        request = HttpRequest("GET", f"/documents/{document_id}", (authorization(context.owner()),))
        return Attempt(request, Expectation(frozenset({200}), check_body=fault_of_document))


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
