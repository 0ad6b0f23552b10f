"""A new document as the load writes it."""

import hashlib

from loadtests.operations.operation import RequestContext

_TITLE_WORDS, _CONTENT_WORDS = 5, 60
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def new_document(context: RequestContext, document_id: str) -> dict[str, object]:
    """Made of popular words, so that searches find it; in a session its title ends with its mark."""
    title = " ".join(context.popular_word() for _ in range(_TITLE_WORDS)).capitalize()
    return {
        "id": document_id,
        "title": title if context.memory is None else f"{title} {mark_of(document_id, context.at_ns)}",
        "content": " ".join(context.popular_word() for _ in range(_CONTENT_WORDS)),
        "tags": ["load"],
    }


def mark_of(document_id: str, at_ns: int) -> str:
    """A word that no other document has, nor this one as an earlier load wrote it: letters only, so that
    every analyzer takes it for one word.
    """
    digest = hashlib.blake2b(f"{document_id} {at_ns}".encode(), digest_size=10).digest()
    return "zq" + "".join(_LETTERS[byte % 26] for byte in digest)
