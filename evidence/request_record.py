"""One request: the one record that generator, verdicts and reports share."""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from evidence.record_kind import RecordKind


class Outcome(StrEnum):
    """What became of a request; where several apply, the first in this order."""

    UNDELIVERED = "undelivered"
    """The generator never sent it: decides validity, not availability."""
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    FAILED = "failed"
    """5xx, 503 with Retry-After too."""
    REJECTED = "rejected"
    """429."""
    WRONG = "wrong"
    """Broke its contract: an unexpected 4xx, a wrong body."""
    DEGRADED = "degraded"
    """The answer says so itself."""
    OK = "ok"
    """An expected 4xx too."""


class ServedFrom(StrEnum):
    """Where the answer says that it comes from."""

    LIVE = "live"
    CACHE = "cache"
    STALE = "stale"
    EMPTY = "empty"


class LatencyClock(StrEnum):
    """From which instant latency counts."""

    INTENDED = "intended"
    SENT = "sent"
    """The source had no intended instant: a closed model, an import."""


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request of a run. Latency is ended - intended (ended - started where the clock is `sent`), service
    time ended - started, dispatch lag started - intended; all in nanoseconds, unknown where a part of it is.
    """

    worker: str
    sequence: int
    """Which arrival of the worker's schedule: a gap is a lost record."""
    intended_ns: int
    started_ns: int | None
    """None for an arrival never sent, and where an import's source does not say when it was sent."""
    ended_ns: int | None
    """None for an arrival never sent."""
    clock: LatencyClock
    target: str
    """URL, or the name that the scenario gave it where it has several."""
    operation: str
    persona: str | None
    tenant: str | None
    tier: str | None
    status: int
    """HTTP status, 0 when there was none."""
    outcome: Outcome
    served_from: ServedFrom | None = None
    age_s: float | None = None
    """Age of a cached or stale answer."""
    partial: bool = False
    """The answer says that something is missing from it."""
    step: int = 0
    """0 for an arrival, 1… for what follows from it in a session."""
    bytes: int = 0
    detail: str | None = None


REQUESTS = RecordKind(
    "requests",
    RequestRecord,
    pa.schema(
        [
            pa.field("worker", pa.string(), nullable=False),
            pa.field("sequence", pa.int64(), nullable=False),
            pa.field("intended_ns", pa.int64(), nullable=False),
            pa.field("started_ns", pa.int64()),
            pa.field("ended_ns", pa.int64()),
            pa.field("clock", pa.string(), nullable=False),
            pa.field("target", pa.string(), nullable=False),
            pa.field("operation", pa.string(), nullable=False),
            pa.field("persona", pa.string()),
            pa.field("tenant", pa.string()),
            pa.field("tier", pa.string()),
            pa.field("status", pa.int16(), nullable=False),
            pa.field("outcome", pa.string(), nullable=False),
            pa.field("served_from", pa.string()),
            pa.field("age_s", pa.float32()),
            pa.field("partial", pa.bool_(), nullable=False),
            pa.field("step", pa.int16(), nullable=False),
            pa.field("bytes", pa.int32(), nullable=False),
            pa.field("detail", pa.string()),
        ]
    ),
)
