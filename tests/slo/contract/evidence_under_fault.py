"""A run with PostgreSQL away from 20 s to 40 s, as a service that keeps its promises would leave it."""

from dataclasses import replace
from pathlib import Path

from evidence.record_writer import RecordWriter
from evidence.request_record import Outcome, RequestRecord, ServedFrom
from evidence.run_folder import RunFolder
from evidence.timeline import TimelineEvent
from evidence.write_record import WRITES, Durability, WriteRecord
from tests.slo.runs import fault, phase, request, write_run

FAULT = fault("refused", (20, 20.1, 20.5, 40, 40.1, 40.3), experiment="postgres-down")
EVENTS: list[TimelineEvent] = [*phase("warm-up", 0, 2), *phase("day", 2, 80), *FAULT]
COUNTED_MS = range(20_500, 40_000)


def kept() -> list[RequestRecord]:
    """50/s: four searches, then an index; while the fault is there, searches come from the cache, every
    tenth is stale, and writes are local; for 3 s more they are degraded.
    """
    return [_request(n) for n in range(4000)]


def _request(n: int) -> RequestRecord:
    at_ms = n * 20
    away = 20_000 <= at_ms < 43_000
    operation = "index" if n % 5 == 4 else "search"
    source = None if operation == "index" else ServedFrom.LIVE
    outcome = Outcome.OK
    age_s = None
    if away and operation == "index":
        outcome = Outcome.DEGRADED
    elif away:
        stale = n % 10 == 0
        source, age_s = (ServedFrom.STALE, 45.0) if stale else (ServedFrom.CACHE, 5.0)
        outcome = Outcome.DEGRADED if stale else Outcome.OK
    status = 202 if operation == "index" else 200
    made = request(n, at_ms, 12, outcome, operation=operation, served_from=source, status=status)
    return replace(made, age_s=age_s)


def written(folder: Path, records: list[RequestRecord], away: Durability = Durability.LOCAL) -> RunFolder:
    """The run folder, with a document for each acknowledged write."""
    run = write_run(folder, records, EVENTS)
    with RecordWriter(run.path, WRITES, "worker-0") as writer:
        writer.extend(
            WriteRecord(
                worker=one.worker,
                sequence=one.sequence,
                tenant="enterprise-01",
                document_id=f"d-{one.sequence}",
                version=one.sequence,
                operation="index",
                acknowledged_ns=one.ended_ns or 0,
                durability=away if one.outcome is Outcome.DEGRADED else Durability.REPLICATED,
            )
            for one in records
            if one.operation == "index" and one.status == 202
        )
    return run


def positions(operation: str, many: int) -> list[int]:
    """Sequence numbers of so many requests of an operation, in the middle of the fault."""
    step = 5
    first = 1304 if operation == "index" else 1301
    return [first + step * index for index in range(many)]


def changed(records: list[RequestRecord], at: list[int], **fields: object) -> list[RequestRecord]:
    """The same, some of them otherwise."""
    chosen = set(at)
    return [replace(one, **fields) if one.sequence in chosen else one for one in records]  # type: ignore[arg-type]  # by name
