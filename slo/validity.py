"""Whether a run is evidence at all: each condition with what was seen, what is allowed, what to change."""

from collections import Counter
from collections.abc import Iterator

from evidence.request_record import LatencyClock, Outcome, ServedFrom
from evidence.timeline import FaultWindow
from evidence.verdict_record import Validity, ValidityCheck
from slo.clock_alignment import check_clock_alignment
from slo.evidence_view import Evidence, experiment_name
from slo.imported_validity import imported_complete, latency_clock, without_schedule
from slo.membership import check_membership
from slo.sql import query

MOST_DISPATCH_LAG_MS = 10.0
"""Of the p99: above it, latency tells of the generator, not of the service."""
MOST_UNDELIVERED = 0.005
"""Of all arrivals."""
_MOST_CLOCK_ERROR_NS = 3_600 * 1_000_000_000
"""Records further outside the run than this come from another run or a wrong clock."""
_NS_PER_MS = 1_000_000
_GENERATOR = "generator"
"""Processes of this name, or `generator-…`, sent the load."""


def check_validity(evidence: Evidence, expected_experiments: tuple[str, ...] = ()) -> Validity:
    """All conditions, those first that explain others. `expected_experiments` are those that the plan runs:
    each must have left its faults in the timeline, as often as it is named.
    """
    imported = evidence.run.imported
    checks = (
        _run_ended(evidence),
        _generator_exits(evidence) if imported is None else without_schedule(imported),
        *check_membership(evidence.run),
        _record_files(evidence),
        _records_complete(evidence) if imported is None else imported_complete(evidence, imported),
        _records_sane(evidence),
        *check_clock_alignment(evidence.run),
        *_phases(evidence),
        *_schedule_kept(evidence),
        *latency_clock(evidence),
        *(check for fault in evidence.faults for check in _fault(fault)),
        *_experiments(evidence.faults, expected_experiments),
    )
    return Validity(valid=all(check.held for check in checks), checks=checks)


def _run_ended(evidence: Evidence) -> ValidityCheck:
    if evidence.run.interrupted:
        reason = "the run was interrupted before its end: run it again to the end"
    elif evidence.run.ended_ns is None:
        reason = "the run never ended, or ends yet: it was killed or still goes on; run it to the end"
    else:
        return ValidityCheck("run-ended", None, None, held=True, reason="the run went on to its end")
    return ValidityCheck("run-ended", None, None, held=False, reason=reason)


def _generator_exits(evidence: Evidence) -> ValidityCheck:
    exits = [
        one for one in evidence.run.exits if one.name == _GENERATOR or one.name.startswith(f"{_GENERATOR}-")
    ]
    failed = [one for one in exits if one.exit_code not in {0, None}]
    if failed:
        told = ", ".join(f"{one.name} with {one.exit_code}" for one in failed)
        reason = f"the generator failed: {told}; see its log in {evidence.folder.logs_dir}"
        return ValidityCheck("generator-exit", float(len(failed)), 0.0, held=False, reason=reason)
    return ValidityCheck("generator-exit", 0.0, 0.0, held=True, reason="no generator process failed")


def _record_files(evidence: Evidence) -> ValidityCheck:
    files = evidence.files
    told = []
    if files.being_written:
        names = ", ".join(path.stem for path in files.being_written)
        told.append(f"{names} still being written: wait for the generator to end, or end it")
    if files.cut:
        told.append(f"{', '.join(files.cut)} cut short: the worker was killed or the disk was full")
    broken = len(files.being_written) + len(files.cut)
    reason = "records of " + "; records of ".join(told) if told else "each worker ended its file"
    return ValidityCheck("record-files", float(broken), 0.0, held=not broken, reason=reason)


def _records_complete(evidence: Evidence) -> ValidityCheck:
    rows = evidence.rows(query("record_gaps"))
    arrivals = sum(one.arrivals for one in evidence.run.scheduled)
    name = "records-complete"
    if not evidence.run.scheduled and not any(with_intended for *_, with_intended in rows):
        return ValidityCheck(
            name, None, 0.0, held=True, reason="no schedule was declared, nor was one followed"
        )
    if arrivals and not any(row[2] for row in rows):
        reason = (
            f"no record, although {arrivals:,} arrivals were scheduled: did the generator start? See its log"
        )
        return ValidityCheck(name, float(arrivals), 0.0, held=False, reason=reason)
    wrong = 0
    told = []
    for worker, scheduled, records, expected, unexpected, duplicates, _ in rows:
        if scheduled is None:
            wrong += records
            told.append(f"{worker} is not in run.json's schedule")
            continue
        missing = scheduled - expected
        wrong += missing + unexpected + duplicates
        if not records and scheduled:
            told.append(f"{worker} left no record of its {scheduled:,} arrivals: it was lost")
        elif missing or unexpected or duplicates:
            told.append(
                f"{worker} lacks {missing:,} of {scheduled:,} arrivals, has {duplicates:,} twice and "
                f"{unexpected:,} that were never scheduled"
            )
    if told:
        reason = f"{'; '.join(told)}: the record is not whole, so run it again"
        return ValidityCheck(name, float(wrong), 0.0, held=False, reason=reason)
    return ValidityCheck(
        name, 0.0, 0.0, held=True, reason=f"all {arrivals:,} arrivals are recorded, once each"
    )


def _phases(evidence: Evidence) -> Iterator[ValidityCheck]:
    """A timeline that lost a phase lets requests count that must not: those of the warm-up."""
    planned = evidence.run.phases
    if not planned:
        return
    walked = {phase.name for phase in evidence.phases}
    missing = [name for name in planned if name not in walked]
    told = f"the timeline lacks {', '.join(missing)}: it is damaged or the run was cut; run it again"
    reason = told if missing else "every planned phase is in the timeline"
    yield ValidityCheck("phases-walked", float(len(missing)), 0.0, held=not missing, reason=reason)


def _records_sane(evidence: Evidence) -> ValidityCheck:
    run = evidence.run
    parameters = {
        "imported": run.imported is not None,
        "early_ns": round(MOST_DISPATCH_LAG_MS * _NS_PER_MS),
        "earliest_ns": run.started_ns - _MOST_CLOCK_ERROR_NS,
        "latest_ns": 2**63 - 1 if run.ended_ns is None else run.ended_ns + _MOST_CLOCK_ERROR_NS,
        "outcomes": [one.value for one in Outcome],
        "clocks": [one.value for one in LatencyClock],
        "served_from": [one.value for one in ServedFrom],
    }
    counts = [int(count) for count in evidence.rows(query("record_faults"), parameters)[0]]
    meanings = (
        "neither sent nor undelivered",
        "sent before they were intended, or ended before they were sent",
        "more than an hour outside the run",
        "with an outcome, clock or source that is not of the vocabulary",
    )
    told = [f"{count:,} {meaning}" for count, meaning in zip(counts, meanings, strict=True) if count]
    reason = "every record can be true"
    if told:
        reason = f"records that cannot be true: {', '.join(told)}; check the clocks and what wrote the files"
    return ValidityCheck("records-sane", float(sum(counts)), 0.0, held=not told, reason=reason)


def _schedule_kept(evidence: Evidence) -> Iterator[ValidityCheck]:
    arrivals, undelivered, lag_p99_ns = evidence.rows(query("schedule_kept"))[0]
    if evidence.run.imported is None:
        yield _dispatch_lag(None if lag_p99_ns is None else lag_p99_ns / _NS_PER_MS)
    yield _undelivered(int(undelivered), int(arrivals))


def _dispatch_lag(p99_ms: float | None) -> ValidityCheck:
    name, limit = "dispatch-lag-p99-ms", MOST_DISPATCH_LAG_MS
    if p99_ms is None:
        reason = "no request with an intended instant counts, so there is no lag to tell"
        return ValidityCheck(name, None, limit, held=True, reason=reason)
    told = f"the p99 of dispatch lag is {p99_ms:.3g} ms, at most {limit:g} ms is allowed"
    if p99_ms <= limit:
        return ValidityCheck(name, p99_ms, limit, held=True, reason=told)
    cure = "the generator could not keep its schedule; lower the rate, or give it more CPU or machines"
    return ValidityCheck(name, p99_ms, limit, held=False, reason=f"{told}: {cure}")


def _undelivered(undelivered: int, arrivals: int) -> ValidityCheck:
    name, limit = "undelivered", MOST_UNDELIVERED
    if not arrivals:
        return ValidityCheck(name, None, limit, held=True, reason="no arrival counts")
    ratio = undelivered / arrivals
    told = f"{undelivered:,} of {arrivals:,} arrivals were never sent, at most {limit:.1%} may be"
    if ratio <= limit:
        return ValidityCheck(name, ratio, limit, held=True, reason=told)
    cure = (
        "the load was not what the scenario says; lower the rate, or give the generator more CPU or machines"
    )
    return ValidityCheck(name, ratio, limit, held=False, reason=f"{told}: {cure}")


def _fault(fault: FaultWindow) -> Iterator[ValidityCheck]:
    told = "; ".join(fault.failures)
    where = f"{fault.name} ({fault.id})"
    if fault.felt:
        yield ValidityCheck(f"fault-felt: {fault.id}", 1.0, 1.0, held=True, reason=f"a probe felt {where}")
    else:
        reason = f"no probe felt {where}: nothing was proven under it; see the experiment's log"
        yield ValidityCheck(f"fault-felt: {fault.id}", 0.0, 1.0, held=False, reason=_because(reason, told))
    name = f"fault-healed: {fault.id}"
    if not fault.healed:
        reason = f"{where} was not seen to heal: it may still be there; run stormproof heal"
        yield ValidityCheck(name, 0.0, 1.0, held=False, reason=_because(reason, told))
    elif told and fault.felt:
        reason = f"a step of {where} failed"
        yield ValidityCheck(name, 0.0, 1.0, held=False, reason=_because(reason, told))
    else:
        yield ValidityCheck(name, 1.0, 1.0, held=True, reason=f"a probe saw that {where} was gone")


def _because(reason: str, told: str) -> str:
    return f"{reason} ({told})" if told else reason


def _experiments(faults: tuple[FaultWindow, ...], expected: tuple[str, ...]) -> Iterator[ValidityCheck]:
    for experiment, times in Counter(map(experiment_name, expected)).items():
        occurrences = Counter(
            (fault.name, fault.target)
            for fault in faults
            if fault.experiment is not None and experiment_name(fault.experiment) == experiment
        )
        seen = max(occurrences.values(), default=0)
        name = f"experiment-ran: {experiment}"
        if seen >= times:
            reason = f"{experiment} left its faults in the timeline"
            yield ValidityCheck(name, float(seen), float(times), held=True, reason=reason)
        else:
            reason = (
                f"the plan runs {experiment} {'once' if times == 1 else f'{times} times'}, the timeline has "
                f"{'no fault' if not seen else f'{seen}'} of it: nothing was broken; see the experiment's log"
            )
            yield ValidityCheck(name, float(seen), float(times), held=False, reason=reason)
