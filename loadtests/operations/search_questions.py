"""What is searched for, what its hits must be like, and what the session learns from them."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from loadtests.classification import AnswerCheck
from loadtests.http_messages import HttpAnswer
from loadtests.operations.memory import SearchWalk, SessionMemory, WrittenDocument
from loadtests.operations.operation import Lookup, RequestContext
from loadtests.operations.search_page import HitCheck, match_of_document, match_of_prefix, match_of_text

FIRST_CURSOR = "*"
LAST_OFFSET = 9900
"""The service's: beyond it a walk needs a cursor."""
VISIBLE_WITHIN_NS = 5_000_000_000
"""After a job says indexed. The service promises a second; the rest is for a machine under load."""
_SHORTEST_PREFIX = 2
_TITLE_WORDS = slice(40, 2040)
"""Titles do without the commonest words of the corpus."""


@dataclass(frozen=True, slots=True)
class Question:
    """One of them."""

    text: str
    fault_of_match: HitCheck
    further: tuple[tuple[str, str], ...] = ()
    """Further parameters."""
    refusals: frozenset[int] = frozenset()
    fault_of_answer: AnswerCheck | None = None
    learn: Callable[[HttpAnswer], bool | None] | None = None
    lookup: Lookup | None = None


def popular(context: RequestContext) -> Question:
    """A word or two, by Zipf's law."""
    text = " ".join(context.popular_word() for _ in range(context.random.choice((1, 2))))
    return Question(text, match_of_text(text))


def together(context: RequestContext, together_s: float) -> Question:
    """Words that follow from the stretch of time alone: whoever arrives in it asks for the same.

    They follow from the start of the load, too: a second run must not find what the first one left in caches.
    """
    start_ns, stretch = context.at_ns - context.offset_ns, int(context.offset_ns / (together_s * 1e9))
    source = random.Random(f"together {start_ns} {stretch}")  # noqa: S311 -- load, not secrets
    text = " ".join(source.sample(context.words[_TITLE_WORDS] or context.words, k=2))
    return Question(text, match_of_text(text))


def typing(context: RequestContext) -> Question:
    """What is known of a word after one letter more."""
    memory = _memory(context)
    walk = memory.walk
    if walk is None or walk.typed >= len(walk.text):
        words = context.words[_TITLE_WORDS] or context.words
        walk = memory.walk = SearchWalk(words[int(context.random.random() * len(words))])
        walk.typed = _SHORTEST_PREFIX - 1
    walk.typed += 1
    text, whole = walk.text[: walk.typed], walk.typed >= len(walk.text)
    return Question(text, match_of_prefix(text), (("prefix", "true"),), learn=lambda _: whole or None)


def page(context: RequestContext, size: int) -> Question:
    """The next page of one popular word."""
    walk = _walk(context)
    offset = walk.offset

    def learn(answer: HttpAnswer) -> bool | None:
        hits = orjson.loads(answer.body)["hits"]
        walk.offset = offset + size
        return True if len(hits) < size or walk.offset > LAST_OFFSET else None

    return Question(walk.text, match_of_text(walk.text), (("offset", str(offset)),), learn=learn)


def cursor(context: RequestContext) -> Question:
    """The next page through a view that does not change: no document is met twice."""
    walk = _walk(context)
    begins = walk.cursor is None

    def fault_of_answer(answer: HttpAnswer, body: object) -> str | None:  # noqa: ARG001 -- as all checks
        hits = body.get("hits", ()) if isinstance(body, Mapping) else ()
        again = next((hit["id"] for hit in hits if hit["id"] in walk.seen), None)
        return None if again is None else f"document {again} was on an earlier page of this view"

    def learn(answer: HttpAnswer) -> bool | None:
        body = orjson.loads(answer.body)
        walk.seen.update(hit["id"] for hit in body["hits"])
        walk.cursor = body.get("next_cursor")
        return True if walk.cursor is None else None

    return Question(
        walk.text,
        match_of_text(walk.text),
        (("cursor", walk.cursor or FIRST_CURSOR),),
        # The view may be given up: the walk ends there.
        frozenset() if begins else frozenset({410}),
        fault_of_answer,
        learn,
    )


def written(context: RequestContext) -> Question:
    """The session's document by the word that only it has."""
    memory = _memory(context)
    document = memory.written
    if document is None:
        raise ValueError("a search for the written document needs a write in its session")

    def fault_of_answer(answer: HttpAnswer, body: object) -> str | None:
        settled = memory.indexed_ns is not None and context.at_ns >= memory.indexed_ns + VISIBLE_WITHIN_NS
        is_live = answer.headers.get("served-from") == "live" and not answer.headers.get("degraded")
        return _fault_of_visibility(body, document, memory) if settled and is_live else None

    def finds(answer: HttpAnswer) -> bool:
        return _finds(orjson.loads(answer.body), document)

    def learn(answer: HttpAnswer) -> bool:
        return finds(answer) is not memory.deleted

    lookup = None if memory.deleted else Lookup(document.document_id, document.version, finds)
    check = match_of_document(document.document_id)
    return Question(document.mark, check, fault_of_answer=fault_of_answer, learn=learn, lookup=lookup)


def _fault_of_visibility(body: object, document: WrittenDocument, memory: SessionMemory) -> str | None:
    found = _finds(body, document)
    if found and memory.deleted:
        return f"{document.document_id} is found, its deletion was acknowledged and indexed"
    if not found and not memory.deleted:
        return f"{document.document_id} is not found, it was acknowledged and indexed"
    return None


def _finds(body: object, document: WrittenDocument) -> bool:
    hits = body.get("hits", ()) if isinstance(body, Mapping) else ()
    return any(hit["id"] == document.document_id for hit in hits)


def _walk(context: RequestContext) -> SearchWalk:
    memory = _memory(context)
    if memory.walk is None:
        memory.walk = SearchWalk(context.popular_word())
    return memory.walk


def _memory(context: RequestContext) -> SessionMemory:
    if context.memory is None:
        raise ValueError("a search that goes on needs a session")
    return context.memory
