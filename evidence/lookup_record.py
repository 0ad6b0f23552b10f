"""A search for a document whose write was acknowledged: when it was asked, and whether it found it."""

from dataclasses import dataclass

import pyarrow as pa

from evidence.record_kind import RecordKind


@dataclass(frozen=True, slots=True)
class LookupRecord:
    """What the client of one session did to see its own write.

    The first of a document says that it will be looked for, whatever comes of it: with the acknowledgement,
    before anybody can know. Each further one is a search. So what was not seen by the end is known, and a
    write that was seen became visible after the last search that lacked it was asked, and before the first
    that had it was answered: how far these lie apart is how finely was looked.
    """

    worker: str
    number: int
    """Of the worker's lookups, from 0 on: a gap is a lost record."""
    sequence: int
    step: int
    """With `worker` and `sequence`: the request of the write, then that of each search."""
    tenant: str
    document_id: str
    version: int
    """That was acknowledged."""
    asked_ns: int | None = None
    """When the search was sent; None: it only says that it will be looked for."""
    answered_ns: int | None = None
    found: bool | None = None
    """None: the answer does not tell, as a failure does not."""


LOOKUPS = RecordKind(
    "lookups",
    LookupRecord,
    pa.schema(
        [
            pa.field("worker", pa.string(), nullable=False),
            pa.field("number", pa.int64(), nullable=False),
            pa.field("sequence", pa.int64(), nullable=False),
            pa.field("step", pa.int16(), nullable=False),
            pa.field("tenant", pa.string(), nullable=False),
            pa.field("document_id", pa.string(), nullable=False),
            pa.field("version", pa.int64(), nullable=False),
            pa.field("asked_ns", pa.int64()),
            pa.field("answered_ns", pa.int64()),
            pa.field("found", pa.bool_()),
        ]
    ),
)
