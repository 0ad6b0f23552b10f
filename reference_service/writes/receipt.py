"""What a client is told of an accepted write."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Durability(StrEnum):
    """Where an accepted change is safe: in PostgreSQL, or on this machine's disk until PostgreSQL is back."""

    REPLICATED = "replicated"
    LOCAL = "local"


class Outcome(StrEnum):
    """What became of one change: absent means that there was nothing to delete."""

    ACCEPTED = "accepted"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """One document of the write; `is_newest`: as far as is known, nothing has overtaken it since."""

    document_id: str
    version: int
    outcome: Outcome
    is_newest: bool = True


@dataclass(frozen=True, slots=True)
class Receipt:
    """`replayed`: the same request was answered before, this is that answer."""

    job_id: str
    items: tuple[ReceiptItem, ...]
    durability: Durability
    replayed: bool = False
    missed: tuple[str, ...] = ()
