"""A new document as the load writes it."""

from loadtests.operations.operation import RequestContext

_TITLE_WORDS, _CONTENT_WORDS = 5, 60


def new_document(context: RequestContext, document_id: str) -> dict[str, object]:
    """Made of popular words, so that searches find it."""
    return {
        "id": document_id,
        "title": " ".join(context.popular_word() for _ in range(_TITLE_WORDS)).capitalize(),
        "content": " ".join(context.popular_word() for _ in range(_CONTENT_WORDS)),
        "tags": ["load"],
    }
