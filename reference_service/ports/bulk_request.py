"""A bulk request that carries changes into indices, and what its answer says of each change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import orjson

from reference_service.ports.index_definition import IndexDefinition
from reference_service.ports.outbox_batch import OutboxRow
from reference_service.search.elasticsearch_query import Json
from reference_service.writes.change import ChangeKind

TOO_MANY_REQUESTS = 429
CONFLICT = 409
NOT_FOUND = 404
# Refusals that tell of the index, or of the service's rights, and not of the document: an operator's clone or
# shrink, a full disk, a closed index, a role that lacks something. They end, and the change is still good.
ENDING = frozenset({"cluster_block_exception", "index_closed_exception", "security_exception"})
LONGEST_ERROR = 1000


class Fate(StrEnum):
    """Done for good; put off, because it may go through later; or dead: never to be accepted."""

    DONE = "done"
    PUT_OFF = "put_off"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What became of one row; `index_missing`: there was nothing behind the tenant's alias."""

    row: OutboxRow
    fate: Fate
    error: str = ""
    index_missing: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A row, and the alias of an index that it goes to."""

    row: OutboxRow
    alias: str


def places_of(rows: Iterable[OutboxRow], index: IndexDefinition) -> Sequence[Place]:
    """What goes to a tenant's present index goes to the coming one, too, while it is reindexed."""
    places = []
    for row in rows:
        places.append(Place(row, index.alias(row.tenant_id)))
        if row.building:
            places.append(Place(row, index.building(row.building)))
    return places


def lines_of(places: Iterable[Place]) -> list[bytes | str]:
    """The lines of the request.

    External versions make replays harmless: what is there already, or newer, answers 409, which is done.
    """
    lines: list[bytes | str] = []
    for place in places:
        action = {
            "_index": place.alias,
            "_id": place.row.document_id,
            "version": place.row.version,
            "version_type": "external",
            "require_alias": True,
        }
        lines.append(orjson.dumps({place.row.kind.value: action}))
        if place.row.document_json is not None:
            lines.append(place.row.document_json)
    return lines


def as_operations(lines: list[bytes | str]) -> list[Mapping[str, object]]:
    """Lines of a bulk request: the client sends text as it is, though its signature knows only mappings."""
    return cast("list[Mapping[str, object]]", lines)


def outcomes_of(places: Sequence[Place], items: Sequence[Mapping[str, Json]]) -> Sequence[ItemOutcome]:
    """One for each row: done when it is everywhere."""
    outcomes: dict[int, ItemOutcome] = {}
    for place, item in zip(places, items, strict=True):
        known = outcomes.get(place.row.sequence)
        if known is None or known.fate is Fate.DONE:
            outcomes[place.row.sequence] = _outcome(place.row, item[place.row.kind.value])
    return list(outcomes.values())


def _outcome(row: OutboxRow, item: Json) -> ItemOutcome:
    status = cast("int", item["status"])
    error = cast("Mapping[str, object]", item.get("error") or {})
    if status == NOT_FOUND and error:
        return ItemOutcome(row, Fate.PUT_OFF, "its index is missing", index_missing=True)
    if status < 300 or status == CONFLICT or (status == NOT_FOUND and row.kind is ChangeKind.DELETE):
        return ItemOutcome(row, Fate.DONE)
    ends = status == TOO_MANY_REQUESTS or status >= 500 or error.get("type") in ENDING
    return ItemOutcome(row, Fate.PUT_OFF if ends else Fate.DEAD, orjson.dumps(error).decode()[:LONGEST_ERROR])
