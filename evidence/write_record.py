"""One document in an acknowledged write, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from evidence.record_kind import RecordKind


class Durability(StrEnum):
    """What the service promised when it acknowledged."""

    REPLICATED = "replicated"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class WriteRecord:
    """A document whose write was acknowledged by the request (worker, sequence)."""

    worker: str
    sequence: int
    tenant: str
    document_id: str
    version: int
    operation: str
    acknowledged_ns: int
    durability: Durability | None
    checked_ns: int | None = None
    """When a later check looked for it; None while none has."""
    found_version: int | None = None
    """What was there, or at least was there; None for nothing."""
    visible_ns: int | None = None
    """First seen by search."""


WRITES = RecordKind(
    "writes",
    WriteRecord,
    pa.schema(
        [
            pa.field("worker", pa.string(), nullable=False),
            pa.field("sequence", pa.int64(), nullable=False),
            pa.field("tenant", pa.string(), nullable=False),
            pa.field("document_id", pa.string(), nullable=False),
            pa.field("version", pa.int64(), nullable=False),
            pa.field("operation", pa.string(), nullable=False),
            pa.field("acknowledged_ns", pa.int64(), nullable=False),
            pa.field("durability", pa.string()),
            pa.field("checked_ns", pa.int64()),
            pa.field("found_version", pa.int64()),
            pa.field("visible_ns", pa.int64()),
        ]
    ),
)
