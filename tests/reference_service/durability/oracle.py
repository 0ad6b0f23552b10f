"""Whether what is there is what was acknowledged: pure, so that it can be tried on planted losses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Acknowledged:
    """One document of an acknowledged write; no marker: it was deleted. When it was sent, and answered."""

    document: str
    version: int
    marker: str | None
    sent_s: float = 0.0
    answered_s: float = 0.0


@dataclass(frozen=True)
class Sent:
    """What a document may be like because of a request whose outcome nobody told; no marker: deleted."""

    document: str
    marker: str | None


@dataclass(frozen=True)
class Found:
    """A document in Elasticsearch."""

    version: int
    marker: str


@dataclass(frozen=True)
class Aftermath:
    """What is there when everything has healed and drained. `newest`: versions that PostgreSQL holds."""

    indexed: Mapping[str, Found]
    audited: Collection[tuple[str, int]]
    newest: Mapping[str, int]
    twice: Collection[tuple[str, int]]


def contradictions(
    acknowledged: Sequence[Acknowledged], unknown: Collection[Sent], aftermath: Aftermath
) -> Iterator[str]:
    """Each way in which the aftermath is not what was promised; none when all is well."""
    by_document: dict[str, list[Acknowledged]] = defaultdict(list)
    for one in acknowledged:
        by_document[one.document].append(one)
        if (one.document, one.version) not in aftermath.audited:
            yield f"{one.document} version {one.version} was acknowledged and is not in the audit log"
    for document, version in aftermath.twice:
        yield f"{document} version {version} is in the audit log twice"
    for document in {*by_document, *(sent.document for sent in unknown), *aftermath.indexed}:
        newest = max(by_document[document], key=lambda one: one.version, default=None)
        yield from _document(document, newest, unknown, aftermath)


def _document(
    document: str, newest: Acknowledged | None, unknown: Collection[Sent], aftermath: Aftermath
) -> Iterator[str]:
    held = aftermath.newest.get(document, 0)
    found = aftermath.indexed.get(document)
    if newest is not None and held < newest.version:
        yield f"{document}: PostgreSQL holds version {held}, {newest.version} was acknowledged"
    if found is not None and found.version != held:
        yield f"{document}: Elasticsearch has version {found.version}, PostgreSQL {held}"
    marker = found.marker if found is not None else None
    if newest is not None and held == newest.version:
        if marker != newest.marker:
            yield f"{document}: {marker} is there, {newest.marker} was acknowledged as its newest version"
    elif held and Sent(document, marker) not in unknown:
        # Newer than everything acknowledged: then it is a request that was sent and not answered.
        yield f"{document}: {marker} is there, which nobody sent without an answer"
    elif not held and found is not None:
        yield f"{document}: {marker} is there, and PostgreSQL knows nothing of it"
