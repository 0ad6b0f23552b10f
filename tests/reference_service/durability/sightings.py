"""Whether what clients were told on the way is what had been acknowledged to them: pure, like the oracle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tests.reference_service.durability.oracle import Acknowledged


@dataclass(frozen=True)
class Sighting:
    """What a get, or a delete that found nothing, told of a document; no version: that there is none.

    `admits`: the answer says itself that it may be old; "there is none" is then old, too, and never a guess.
    """

    document: str
    asked_s: float
    answered_s: float
    version: int | None
    admits: bool = False
    said: str = ""
    """What else the answer said, for whoever looks for the cause."""


@dataclass(frozen=True)
class MaybeDeleted:
    """A deletion whose outcome nobody told."""

    document: str
    sent_s: float


def denials(
    acknowledged: Sequence[Acknowledged], maybe: Collection[MaybeDeleted], sightings: Sequence[Sighting]
) -> Iterator[str]:
    """Each answer that denies what had been acknowledged before it was asked for."""
    by_document: dict[str, list[Acknowledged]] = defaultdict(list)
    for one in acknowledged:
        by_document[one.document].append(one)
    for seen in sightings:
        changes = by_document[seen.document]
        before = (one for one in changes if one.answered_s < seen.asked_s)
        newest = max(before, key=lambda one: one.version, default=None)
        if newest is None:
            continue
        known = f"{newest.version} was acknowledged before{seen.said}"
        if seen.version is None:
            if newest.marker is not None and not _may_be_gone(seen, newest, changes, maybe):
                yield f"{seen.document}: told that there is none, {known}"
        elif seen.version < newest.version and not seen.admits:
            yield f"{seen.document}: {seen.version} was read, {known}"


def _may_be_gone(
    seen: Sighting, newest: Acknowledged, changes: Collection[Acknowledged], maybe: Collection[MaybeDeleted]
) -> bool:
    """Whether there was a deletion that may have come before the answer, or before what the answer admits."""
    return any(
        one.marker is None and (one.version > newest.version or seen.admits) and one.sent_s < seen.answered_s
        for one in changes
    ) or any(one.document == seen.document and one.sent_s < seen.answered_s for one in maybe)
