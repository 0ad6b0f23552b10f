"""What a worker says of its latencies while the load goes on: a histogram an operation and second."""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from evidence.record_kind import RecordKind


class LiveMeasure(StrEnum):
    """What is counted in a histogram."""

    LATENCY = "latency"
    """From the intended instant to the end, of every request of an operation that was sent."""
    DISPATCH_LAG = "dispatch lag"
    """From the intended instant to the send, of every arrival that was sent."""


class LiveStretch(StrEnum):
    """Which time a record is about."""

    SECOND = "second"
    """Since the record before."""
    TOTAL = "total"
    """Since the start of the load: who begins to read late needs nothing from before it."""


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """What was counted of requests that ended in from_ns <= instant < to_ns."""

    worker: str
    measure: LiveMeasure
    operation: str | None
    """None for all of them: dispatch lag is the generator's, not an operation's."""
    stretch: LiveStretch
    from_ns: int
    to_ns: int
    answered: int
    """Arrivals that were sent and came to an end, whatever it was."""
    outcomes: tuple[tuple[str, int], ...]
    """Of all requests of the operation, also those never sent and those that follow from an arrival."""
    histogram: str
    """`evidence.histogram_code`: HdrHistogram V2, compressed, in base64; three digits, nanoseconds."""
    max_ns: int
    """The longest, exactly."""


LIVE = RecordKind(
    "live",
    LiveRecord,
    pa.schema(
        [
            pa.field("worker", pa.string(), nullable=False),
            pa.field("measure", pa.string(), nullable=False),
            pa.field("operation", pa.string()),
            pa.field("stretch", pa.string(), nullable=False),
            pa.field("from_ns", pa.int64(), nullable=False),
            pa.field("to_ns", pa.int64(), nullable=False),
            pa.field("answered", pa.int64(), nullable=False),
            pa.field("outcomes", pa.map_(pa.string(), pa.int64()), nullable=False),
            pa.field("histogram", pa.string(), nullable=False),
            pa.field("max_ns", pa.int64(), nullable=False),
        ]
    ),
)
