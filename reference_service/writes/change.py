"""A change of one document, as it is accepted, logged and relayed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What a change does."""

    INDEX = "index"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """One document's new state: `document_json` is the document, None for a delete."""

    document_id: str
    version: int
    kind: ChangeKind
    document_json: str | None
