"""What a search found."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson

COMPLETE_END = b',"degraded":false}'
DEGRADED_END = b',"degraded":true}'


@dataclass(frozen=True, slots=True)
class Hit:
    """One document: its score, title, and the part of its text that fits the query best."""

    id: str
    score: float
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`partial`: shards failed or time ran out, so that something may be missing."""

    hits: tuple[Hit, ...]
    total: int
    partial: bool = False

    def body(self) -> bytes:
        """The answer as JSON; whether it is degraded stands at its end."""
        head = orjson.dumps({"hits": [asdict(hit) for hit in self.hits], "total": self.total})
        return head[:-1] + (DEGRADED_END if self.partial else COMPLETE_END)


EMPTY_BODY = SearchResult((), 0, partial=True).body()


def as_degraded(body: bytes) -> bytes:
    """A complete answer, turned into one that says that it is degraded."""
    return body.removesuffix(COMPLETE_END) + DEGRADED_END
