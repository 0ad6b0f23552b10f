"""A run folder of millions of requests, written by DuckDB as workers would have left it."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from evidence.record_kind import SCHEMA_NUMBER
from evidence.run_folder import RunFolder
from evidence.run_record import Machine, ProcessExit, RunRecord, ScheduledArrivals
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind, append_event

NS = 1_000_000_000
START_NS = 1_795_000_000 * NS
WORKERS = 2
TIERS = ("enterprise", "standard", "free")
_FAULT_STEPS = (
    TimelineEventName.INJECTING,
    TimelineEventName.VERIFIED,
    TimelineEventName.HEALING,
    TimelineEventName.HEAL_VERIFIED,
)


@dataclass(frozen=True, slots=True)
class LargeRun:
    """What is to be written."""

    requests: int
    duration_s: int
    faults: int = 3


def write_large_run(runs_dir: Path, wanted: LargeRun) -> RunFolder:
    """Three tiers, four operations, log-normal latencies; slower, partly degraded or failed, in faults."""
    folder = RunFolder(runs_dir / "20261118T120640Z-large")
    (folder.path / "requests").mkdir(parents=True)
    each = wanted.requests // WORKERS
    folder.write_run(_record(folder.id, each, wanted.duration_s))
    for name, start_s, end_s in _phases(wanted):
        _tell(folder, start_s, name, TimelineKind.PHASE, TimelineEventName.STARTED)
        if name.startswith("fault"):
            steps_s = (start_s, start_s + 1, end_s - 1, end_s)
            for event, at_s in zip(_FAULT_STEPS, steps_s, strict=True):
                _tell(folder, at_s, name, TimelineKind.FAULT, event)
        _tell(folder, end_s, name, TimelineKind.PHASE, TimelineEventName.ENDED)
    for number in range(WORKERS):
        _write_worker(folder, wanted, number, each)
    return folder


def _phases(wanted: LargeRun) -> list[tuple[str, float, float]]:
    """Warm-up, then good and bad stretches by turns, all of one length."""
    stretches = 2 * wanted.faults + 2
    names = ["warm-up", "baseline"]
    for number in range(1, wanted.faults + 1):
        names += [f"fault-{number}", f"recovery-{number}"]
    length_s = wanted.duration_s / stretches
    return [(name, at * length_s, (at + 1) * length_s) for at, name in enumerate(names)]


def _write_worker(folder: RunFolder, wanted: LargeRun, number: int, each: int) -> None:
    in_fault = " OR ".join(
        f"at_s BETWEEN {start} AND {end}" for name, start, end in _phases(wanted) if name.startswith("fault")
    )
    path = folder.path / "requests" / f"worker-{number}.parquet"
    sql = f"""
    COPY (
        WITH drawn AS (
            SELECT i, i * {wanted.duration_s / each!r} AS at_s,
                hash(i, {number}) % 1000 AS kind, hash(i, {number}, 1) % 100000 AS luck,
                (hash(i, {number}, 2) % 1000000 + 1) / 1000001.0 AS u,
                (hash(i, {number}, 3) % 1000000 + 1) / 1000001.0 AS v
            FROM range({each}) AS numbers(i)
        ),
        made AS (
            SELECT *, ({in_fault}) AS broken,
                CASE WHEN kind % 20 < 10 THEN 'search' WHEN kind % 20 < 16 THEN 'get'
                    WHEN kind % 20 < 19 THEN 'index' ELSE 'delete' END AS operation,
                CASE WHEN kind < 870 THEN 'enterprise' WHEN kind < 980 THEN 'standard'
                    ELSE 'free' END AS tier,
                exp(0.6 * sqrt(-2 * ln(u)) * cos(2 * pi() * v)) AS spread
            FROM drawn
        ),
        ended AS (
            SELECT *,
                {START_NS} + (at_s * 1e9)::BIGINT AS intended_ns,
                CASE WHEN broken AND luck < 2000 THEN 'failed' WHEN broken AND luck < 30000 THEN 'degraded'
                    WHEN luck < 20 THEN 'timeout' ELSE 'ok' END AS outcome,
                (CASE operation WHEN 'search' THEN 12 WHEN 'get' THEN 4 ELSE 8 END * spread
                    + CASE WHEN broken THEN 40 ELSE 0 END) * 1e6 AS service_ns
            FROM made
        )
        SELECT 'worker-{number}' AS worker, i AS sequence, intended_ns,
            intended_ns + (luck * 20)::BIGINT AS started_ns,
            intended_ns + (luck * 20 + CASE outcome WHEN 'timeout' THEN 1e9 ELSE service_ns END)::BIGINT
                AS ended_ns,
            'intended' AS clock, 'reference' AS target, operation, tier AS persona,
            tier || '-' || (kind % 12) AS tenant, tier,
            CASE outcome WHEN 'failed' THEN 503 WHEN 'timeout' THEN 0 ELSE 200 END::SMALLINT AS status,
            outcome,
            CASE WHEN outcome IN ('failed', 'timeout') THEN NULL WHEN outcome = 'degraded' THEN 'stale'
                WHEN luck % 3 = 0 THEN 'cache' ELSE 'live' END AS served_from,
            CASE WHEN outcome = 'degraded' THEN (luck % 600)::FLOAT END AS age_s,
            false AS "partial", 0::SMALLINT AS step, (1000 + luck % 4000)::INTEGER AS bytes,
            CASE WHEN outcome = 'failed' THEN 'unavailable' END AS detail
        FROM ended
    ) TO '{path}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{"stormproof.schema": '{SCHEMA_NUMBER}'}})
    """  # noqa: S608 -- our own numbers
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(sql)


def _record(run_id: str, each: int, duration_s: int) -> RunRecord:
    return RunRecord(
        id=run_id,
        plan="large",
        scenario="three-tiers",
        target="http://127.0.0.1:21080",
        started_ns=START_NS,
        load_start_ns=START_NS,
        ended_ns=START_NS + duration_s * NS,
        seeds={"arrivals": 1},
        versions={},
        machine=Machine("Linux", 2, 24_000, "3.13"),
        service_settings={},
        scheduled=tuple(ScheduledArrivals(f"worker-{number}", each) for number in range(WORKERS)),
        rate_limits=None,
        exits=tuple(ProcessExit(f"worker-{number}", 0) for number in range(WORKERS)),
    )


def _tell(folder: RunFolder, at_s: float, name: str, kind: TimelineKind, event: TimelineEventName) -> None:
    fault = kind is TimelineKind.FAULT
    append_event(
        folder.timeline_file,
        TimelineEvent(
            at_ns=START_NS + round(at_s * NS),
            kind=kind,
            name=name,
            event=event,
            writer="chaos" if fault else "stormproof",
            id=f"{name}-1" if fault else None,
            experiment=name if fault else None,
            target="elasticsearch" if fault else None,
        ),
    )
