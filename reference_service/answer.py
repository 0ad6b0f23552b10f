"""An answer with where it came from: what every read gives to the web edge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where an answer's content came from."""

    LIVE = "live"
    CACHE = "cache"
    STALE = "stale"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Answer:
    """`age_s` is the age of kept content; `degraded` names what was missed while it was made."""

    body: bytes
    source: Source
    age_s: float | None = None
    degraded: tuple[str, ...] = ()
