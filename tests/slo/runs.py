"""Evidence made for tests: real files in a real run folder."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS, LatencyClock, Outcome, RequestRecord, ServedFrom
from evidence.run_folder import RunFolder
from evidence.run_record import Machine, RateLimits, RunRecord, ScheduledArrivals
from evidence.sample_record import SampleRecord
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind, append_event
from evidence.write_record import WRITES, Durability, WriteRecord
from tests.slo.self_samples import readings, write_samples

START_NS = 1_800_000_000_000_000_000
"""The load's beginning: 2027-01-15T08:00:00Z."""
MS = 1_000_000
S = 1_000_000_000


def request(
    sequence: int,
    at_ms: float,
    latency_ms: float = 10,
    outcome: Outcome = Outcome.OK,
    *,
    lag_ms: float = 0,
    tier: str | None = "enterprise",
    tenant: str | None = "enterprise-01",
    operation: str = "search",
    served_from: ServedFrom | None = None,
    worker: str = "worker-0",
    step: int = 0,
    status: int = 200,
    clock: LatencyClock = LatencyClock.INTENDED,
    age_s: float | None = None,
    partial: bool = False,
    target: str = "http://127.0.0.1:21080",
) -> RequestRecord:
    """A request intended `at_ms` after the load began."""
    intended_ns = START_NS + round(at_ms * MS)
    sent = outcome is not Outcome.UNDELIVERED
    return RequestRecord(
        worker=worker,
        sequence=sequence,
        intended_ns=intended_ns,
        started_ns=intended_ns + round(lag_ms * MS) if sent else None,
        ended_ns=intended_ns + round(latency_ms * MS) if sent else None,
        clock=clock,
        target=target,
        operation=operation,
        persona=f"{tier}-searcher",
        tenant=tenant,
        tier=tier,
        status=status,
        outcome=outcome,
        served_from=served_from,
        age_s=age_s,
        partial=partial,
        step=step,
    )


def write_of(
    asked: RequestRecord,
    *,
    document_id: str | None = None,
    version: int = 1,
    operation: str = "index",
    checked_ms: float | None = None,
    found_version: int | None = None,
    visible_ms: float | None = None,
) -> WriteRecord:
    """A document that a request wrote; checked and visible so long after it was acknowledged."""
    acknowledged_ns = asked.ended_ns or 0
    return WriteRecord(
        worker=asked.worker,
        sequence=asked.sequence,
        tenant=asked.tenant or "",
        document_id=document_id or f"d-{asked.sequence}",
        version=version,
        operation=operation,
        acknowledged_ns=acknowledged_ns,
        durability=Durability.REPLICATED,
        checked_ns=None if checked_ms is None else acknowledged_ns + round(checked_ms * MS),
        found_version=found_version,
        visible_ns=None if visible_ms is None else acknowledged_ns + round(visible_ms * MS),
    )


def steady(count: int, *, every_ms: float = 10, from_ms: float = 0) -> list[RequestRecord]:
    """Good requests, evenly spaced."""
    return [request(index, from_ms + index * every_ms) for index in range(count)]


def with_bad(records: Sequence[RequestRecord], *positions: int) -> list[RequestRecord]:
    """The same, those at `positions` failed."""
    bad = set(positions)
    return [
        replace(record, outcome=Outcome.FAILED, status=503) if index in bad else record
        for index, record in enumerate(records)
    ]


def phase(name: str, from_s: float, to_s: float | None) -> list[TimelineEvent]:
    """A phase, in seconds since the load began."""
    names = [(TimelineEventName.STARTED, from_s)]
    if to_s is not None:
        names.append((TimelineEventName.ENDED, to_s))
    return [
        TimelineEvent(START_NS + round(at_s * S), TimelineKind.PHASE, name, event, "stormproof")
        for event, at_s in names
    ]


FAULT_STEPS = (
    TimelineEventName.INJECTING,
    TimelineEventName.INJECTED,
    TimelineEventName.VERIFIED,
    TimelineEventName.HEALING,
    TimelineEventName.HEALED,
    TimelineEventName.HEAL_VERIFIED,
)


def fault(
    name: str,
    at_s: Sequence[float | None],
    *,
    id: str | None = None,  # noqa: A002 -- the timeline's own word
    experiment: str | None = None,
    failed: str | None = None,
) -> list[TimelineEvent]:
    """A fault with the instants of its steps, in order; None for a step that never was."""
    events = [
        TimelineEvent(
            START_NS + round(moment * S),
            TimelineKind.FAULT,
            name,
            step,
            "chaos",
            id=id or f"{name}-1",
            experiment=experiment or name,
            target="postgres",
        )
        for step, moment in zip(FAULT_STEPS, at_s, strict=True)
        if moment is not None
    ]
    if failed is not None:
        last = events[-1]
        events.append(
            replace(last, at_ns=last.at_ns + 1, event=TimelineEventName.FAILED, detail={"reason": failed})
        )
    return events


def run_record(records: Iterable[RequestRecord], duration_s: float = 100) -> RunRecord:
    """How a run with just these records would have been made."""
    arrivals: dict[str, int] = {}
    for record in records:
        arrivals[record.worker] = arrivals.get(record.worker, 0) + (record.step == 0)
    return RunRecord(
        id="20270115T080000Z-test",
        plan="test",
        scenario="test",
        target="http://127.0.0.1:21080",
        started_ns=START_NS - S,
        load_start_ns=START_NS,
        ended_ns=START_NS + round(duration_s * S),
        seeds={"arrivals": 1},
        versions={},
        machine=Machine("Linux", 2, 4096, "3.13.0"),
        service_settings={},
        scheduled=tuple(ScheduledArrivals(worker, count) for worker, count in arrivals.items()),
        rate_limits=None,
    )


def rate_limits(limit: int, burst: int, window_s: float = 60) -> RateLimits:
    """One limit, for searches of the enterprise tier."""
    return RateLimits(window_s, burst, {"enterprise": {"search": limit}})


def write_run(
    tmp_path: Path,
    records: Sequence[RequestRecord],
    events: Iterable[TimelineEvent] = (),
    run: RunRecord | None = None,
    samples: Sequence[SampleRecord] | None = None,
    writes: Sequence[WriteRecord] = (),
) -> RunFolder:
    """A run folder that holds this; without `samples` its generators were quiet, one reading each."""
    folder = RunFolder(tmp_path / "20270115T080000Z-test")
    folder.path.mkdir(parents=True)
    folder.write_run(run or run_record(records))
    for worker in dict.fromkeys(record.worker for record in records):
        with RecordWriter(folder.path, REQUESTS, worker) as writer:
            writer.extend(record for record in records if record.worker == worker)
        if samples is None:
            write_samples(folder.path, readings(START_NS, 1, worker), worker)
    if samples is not None:
        write_samples(folder.path, samples)
    if writes:
        with RecordWriter(folder.path, WRITES, "worker-0") as written:
            written.extend(writes)
    for event in events:
        append_event(folder.timeline_file, event)
    return folder
