"""A made run like the demo's: three tiers, four operations, three faults, written as real evidence."""

import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS, LatencyClock, Outcome, RequestRecord, ServedFrom
from evidence.run_folder import RunFolder
from evidence.run_record import Machine, ProcessExit, RateLimits, RunRecord, ScheduledArrivals
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind, append_event
from tests.slo.self_samples import readings, write_samples

ZERO_NS = 1_795_000_000_000_000_000
NS = 1_000_000_000
TIERS = {"enterprise": (0.87, 4), "standard": (0.11, 12), "free": (0.02, 10)}
OPERATIONS = {"search": 0.5, "get": 0.3, "index": 0.15, "delete": 0.05}
PHASES = (
    ("warm-up", 0, 10),
    ("baseline", 10, 35),
    ("redis-down", 35, 58),
    ("recovery-1", 58, 72),
    ("elasticsearch-slow", 72, 96),
    ("recovery-2", 96, 110),
    ("postgres-down", 110, 134),
    ("recovery-3", 134, 150),
)


@dataclass(frozen=True)
class MadeFault:
    name: str
    target: str
    injecting_s: float
    verified_s: float
    healing_s: float
    heal_verified_s: float


FAULTS = (
    MadeFault("redis-down", "redis-cache", 36.0, 36.9, 56.1, 57.2),
    MadeFault("elasticsearch-slow", "elasticsearch", 73.0, 74.6, 94.0, 95.1),
    MadeFault("postgres-down", "postgres", 111.0, 111.7, 131.5, 133.0),
)


def write_run(runs_dir: Path, *, rate_per_s: int = 200, duration_s: int = 150) -> RunFolder:
    """A whole run folder but for its verdict."""
    folder = RunFolder(runs_dir / "20261118T120640Z-demo")
    folder.path.mkdir(parents=True)
    folder.write_run(made_run_record(folder.id, rate_per_s * duration_s, duration_s))
    write_timeline(folder)
    with RecordWriter(folder.path, REQUESTS, "worker-0") as writer:
        writer.extend(made_requests(rate_per_s, duration_s))
    write_samples(folder.path, readings(ZERO_NS, duration_s))
    return folder


def made_run_record(run_id: str, arrivals: int, duration_s: int) -> RunRecord:
    return RunRecord(
        id=run_id,
        plan="demo",
        scenario="three-tiers",
        target="http://127.0.0.1:21080",
        started_ns=ZERO_NS - 40 * NS,
        load_start_ns=ZERO_NS,
        ended_ns=ZERO_NS + (duration_s + 6) * NS,
        seeds={"arrivals": 1, "corpus": 1},
        versions={
            "stormproof": "0.1.0",
            "elasticsearch": "9.2.4",
            "postgres": "18.6",
            "redis": "8.2.3",
            "toxiproxy": "2.12.0",
            "locust": "2.47.0",
        },
        machine=Machine("Linux 6.1 x86_64", 2, 7936, "3.13.5"),
        service_settings={"SERVICE_PORT": "21080", "SERVICE_TRUSTED_PROXIES": "127.0.0.1/32"},
        scheduled=(ScheduledArrivals("worker-0", arrivals),),
        rate_limits=RateLimits(
            60.0,
            10,
            {
                "free": {"search": 10, "get": 20, "index": 5, "delete": 5},
                "standard": {"search": 100, "get": 200, "index": 50, "delete": 30},
                "enterprise": {"search": 1000, "get": 2000, "index": 500, "delete": 300},
            },
        ),
        exits=(ProcessExit("worker-0", 0), ProcessExit("reference_service", 0)),
        command=("stormproof", "run", "plans/demo.yaml", "--seed", "1"),
    )


def write_timeline(folder: RunFolder) -> None:
    events = [
        *(event for name, start, end in PHASES for event in _phase(name, start, end)),
        *(event for fault in FAULTS for event in _fault(fault)),
    ]
    for event in sorted(events, key=lambda one: one.at_ns):
        append_event(folder.timeline_file, event)


def made_requests(rate_per_s: int, duration_s: int) -> Iterator[RequestRecord]:
    chance = random.Random(7)  # noqa: S311 -- made data, the same each time
    at_s = 0.0
    for sequence in range(rate_per_s * duration_s):
        at_s += chance.expovariate(rate_per_s)
        at_s = min(at_s, duration_s - 0.001)
        yield _request(chance, sequence, at_s)


def counts(records: Iterable[RequestRecord]) -> Counter[str]:
    return Counter(record.outcome.value for record in records)


def _request(chance: random.Random, sequence: int, at_s: float) -> RequestRecord:
    tier = chance.choices(list(TIERS), [share for share, _ in TIERS.values()])[0]
    operation = chance.choices(list(OPERATIONS), list(OPERATIONS.values()))[0]
    base_ms = {"search": 14.0, "get": 4.0, "index": 9.0, "delete": 7.0}[operation]
    latency_ms = base_ms * math.exp(chance.gauss(0, 0.55))
    outcome, source = Outcome.OK, ServedFrom.LIVE
    reads = operation in {"search", "get"}
    if reads and chance.random() < 0.35:
        source, latency_ms = ServedFrom.CACHE, latency_ms * 0.3
    fault = _active(at_s)
    if fault == "redis-down" and reads:
        source, latency_ms = ServedFrom.LIVE, latency_ms * 2.2 + 6
        if chance.random() < 0.004:
            outcome = Outcome.TIMEOUT
    elif fault == "elasticsearch-slow" and reads:
        if chance.random() < 0.25:
            outcome, source, latency_ms = Outcome.DEGRADED, ServedFrom.STALE, 180 + latency_ms
        elif chance.random() < 0.03:
            outcome, source, latency_ms = Outcome.DEGRADED, ServedFrom.EMPTY, 420 + latency_ms * 4
        else:
            latency_ms += 240 + chance.expovariate(1 / 120)
    elif fault == "postgres-down" and not reads:
        outcome = Outcome.FAILED if chance.random() < 0.93 else Outcome.CONNECTION
        latency_ms = 45 + latency_ms
    elif chance.random() < 0.0006:
        outcome, latency_ms = Outcome.TIMEOUT, 1000.0
    answered = outcome in {Outcome.OK, Outcome.DEGRADED}
    intended_ns = ZERO_NS + round(at_s * NS)
    started_ns = intended_ns + round(chance.expovariate(1 / 0.0007) * NS)
    status = {Outcome.OK: 200, Outcome.DEGRADED: 200, Outcome.FAILED: 503}.get(outcome, 0)
    return RequestRecord(
        worker="worker-0",
        sequence=sequence,
        intended_ns=intended_ns,
        started_ns=started_ns,
        ended_ns=started_ns + round(latency_ms * 1e6),
        clock=LatencyClock.INTENDED,
        target="reference",
        operation=operation,
        persona=tier,
        tenant=f"{tier}-{chance.randrange(TIERS[tier][1]):02d}",
        tier=tier,
        status=status,
        outcome=outcome,
        served_from=source if answered else None,
    )


def _active(at_s: float) -> str | None:
    return next((one.name for one in FAULTS if one.injecting_s <= at_s < one.heal_verified_s), None)


def _phase(name: str, start_s: float, end_s: float) -> tuple[TimelineEvent, TimelineEvent]:
    return (
        _event(start_s, TimelineKind.PHASE, name, TimelineEventName.STARTED),
        _event(end_s, TimelineKind.PHASE, name, TimelineEventName.ENDED),
    )


def _fault(fault: MadeFault) -> Iterator[TimelineEvent]:
    for event, at_s in (
        (TimelineEventName.INJECTING, fault.injecting_s),
        (TimelineEventName.INJECTED, fault.injecting_s + 0.05),
        (TimelineEventName.VERIFIED, fault.verified_s),
        (TimelineEventName.HEALING, fault.healing_s),
        (TimelineEventName.HEALED, fault.healing_s + 0.05),
        (TimelineEventName.HEAL_VERIFIED, fault.heal_verified_s),
    ):
        yield _event(at_s, TimelineKind.FAULT, fault.name, event, fault)


def _event(
    at_s: float, kind: TimelineKind, name: str, event: TimelineEventName, fault: MadeFault | None = None
) -> TimelineEvent:
    return TimelineEvent(
        at_ns=ZERO_NS + round(at_s * NS),
        kind=kind,
        name=name,
        event=event,
        writer="chaos" if fault else "stormproof",
        id=f"{fault.name}-1" if fault else None,
        experiment=fault.name if fault else None,
        target=fault.target if fault else None,
    )
