"""What a search found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

COMPLETE_END = b',"degraded":false}'
DEGRADED_END = b',"degraded":true}'
TOTAL = b',"total":'


@dataclass(frozen=True, slots=True)
class Hit:
    """One document: its score, and of its fields those that were asked for."""

    id: str
    score: float
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`partial`: shards failed or time ran out, so that something may be missing."""

    hits: tuple[Hit, ...]
    total: int
    partial: bool = False
    next_cursor: str | None = None

    def body(self) -> bytes:
        """The answer as JSON; whether it is degraded stands at its end."""
        content: dict[str, object] = {
            "hits": [{"id": hit.id, "score": hit.score, **hit.fields} for hit in self.hits],
            "total": self.total,
        }
        if self.next_cursor is not None:
            content["next_cursor"] = self.next_cursor
        return orjson.dumps(content)[:-1] + (DEGRADED_END if self.partial else COMPLETE_END)


def empty_body(cursor: str | None) -> bytes:
    """The answer when nothing can be had; a client that goes through pages can ask for the same one again."""
    return SearchResult((), 0, partial=True, next_cursor=cursor).body()


def total_of(body: bytes) -> int:
    """What an answer's body says was found in all: kept answers are not read for it."""
    # The last one: hits come before it, and quote quotation marks; a cursor has none.
    after = body[body.rindex(TOTAL) + len(TOTAL) :]
    return int(after[: after.index(b",")])


def as_degraded(body: bytes) -> bytes:
    """A complete answer, turned into one that says that it is degraded."""
    return body.removesuffix(COMPLETE_END) + DEGRADED_END
