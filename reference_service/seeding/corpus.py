"""Documents that look like ones people wrote: titles, sentences of varying length, a few topics as tags."""

from __future__ import annotations

import random
from collections.abc import Iterator

from reference_service.documents.document import Document
from reference_service.seeding.vocabulary import Vocabulary

ID_PREFIX = "doc-"
SHORTEST_WORDS, LONGEST_WORDS = 80, 200
TITLE_FROM_RANK = 40  # titles do without the commonest words
TOPICS = 40


def document_id(index: int) -> str:
    """The id of a tenant's seeded document."""
    return f"{ID_PREFIX}{index:06d}"


def documents(
    vocabulary: Vocabulary, seed: int, tenant_id: str, number: int
) -> Iterator[tuple[str, Document]]:
    """A tenant's documents with their ids: the same for the same seed and tenant, whoever else there is."""
    source = random.Random(f"corpus {seed} {tenant_id}")  # noqa: S311 - reproducible on purpose, nothing secret
    topics = vocabulary.words[200 : 200 + TOPICS]
    for index in range(number):
        yield document_id(index), _document(vocabulary, topics, source)


def _document(vocabulary: Vocabulary, topics: tuple[str, ...], source: random.Random) -> Document:
    length = source.randint(SHORTEST_WORDS, LONGEST_WORDS)
    words = vocabulary.sample(source, length)
    sentences = []
    at = 0
    while at < length:
        size = source.randint(5, 16)
        sentence = " ".join(words[at : at + size])
        sentences.append(f"{sentence[0].upper()}{sentence[1:]}.")
        at += size
    rare = vocabulary.words[TITLE_FROM_RANK : TITLE_FROM_RANK + 2000]
    # A title tells of its text: half of it is taken from there.
    title = source.sample(words, 2) + source.choices(rare, k=source.randint(1, 4))
    return Document(
        " ".join(title).capitalize(), " ".join(sentences), tuple(source.sample(topics, source.randint(1, 4)))
    )
