"""Freshness from searches for acknowledged writes: what they tell, how finely, and what they cannot tell."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.lookup_record import LOOKUPS, LookupRecord
from evidence.record_writer import RecordWriter
from evidence.request_record import Outcome, RequestRecord
from evidence.run_folder import RunFolder
from evidence.verdict_record import ObjectiveResult, Verdict, VerdictRecord
from evidence.write_record import WriteRecord
from slo.evaluate import Demands, evaluate
from slo.promise import Indicator, Objective
from tests.slo.runs import MS, fault, phase, request, write_of, write_run

FRESHNESS = Objective("found", "search", Indicator.FRESHNESS, 0.9, threshold_ms=1000)
EVENTS = [*phase("warm-up", 0, 1), *phase("baseline", 1, 300)]
WRITES = 100
type Search = tuple[float, bool | None]
"""How long after the acknowledgement it was asked, in ms, and whether it found the document; 10 ms each."""
QUICK: Sequence[Search] = ((300, False), (600, True))
SLOW: Sequence[Search] = ((900, False), (1200, False), (1500, True))
NEVER: Sequence[Search] = ((900, False), (1200, False), (12_000, False))
BETWEEN: Sequence[Search] = ((900, False), (1200, True))
CUT: Sequence[Search] = ((300, False), (600, False))
REFUSED: Sequence[Search] = ((300, False), (600, None))


class Sessions:
    """One write a second, each searched for as `searches` say of its number."""

    def __init__(self, searches: Callable[[int], Sequence[Search]], unwatched: int = 0) -> None:
        self.requests: list[RequestRecord] = []
        self.writes: list[WriteRecord] = []
        self.lookups: list[LookupRecord] = []
        for number in range(WRITES + unwatched):
            asked = request(number, 1000 + number * 1000, operation="index", status=202)
            write = write_of(asked)
            self.requests.append(asked)
            self.writes.append(write)
            if number < WRITES:
                self._look(write, searches(number))

    def _look(self, write: WriteRecord, searches: Sequence[Search]) -> None:
        self.lookups.append(self._lookup(write, 0))
        for step, (after_ms, found) in enumerate(searches, 1):
            asked_ns = write.acknowledged_ns + round(after_ms * MS)
            made = request(write.sequence, 0, step=step)
            good = {} if found is not None else {"outcome": Outcome.FAILED, "status": 503}
            instants = {"intended_ns": asked_ns, "started_ns": asked_ns, "ended_ns": asked_ns + 10 * MS}
            self.requests.append(replace(made, **instants, **good))  # type: ignore[arg-type]  # by name
            lookup = self._lookup(write, step)
            self.lookups.append(
                replace(lookup, asked_ns=asked_ns, answered_ns=asked_ns + 10 * MS, found=found)
            )

    def _lookup(self, write: WriteRecord, step: int) -> LookupRecord:
        return LookupRecord(
            worker=write.worker,
            number=len(self.lookups),
            sequence=write.sequence,
            step=step,
            tenant=write.tenant,
            document_id=write.document_id,
            version=write.version,
        )


def run_of(
    tmp_path: Path, sessions: Sessions, lookups: Sequence[LookupRecord], events: Sequence[object] = EVENTS
) -> RunFolder:
    run = write_run(tmp_path, sessions.requests, events, writes=sessions.writes)  # type: ignore[arg-type]  # by name
    with RecordWriter(run.path, LOOKUPS, "worker-0") as writer:
        writer.extend(lookups)
    return run


def judged(run: RunFolder, *objectives: Objective) -> VerdictRecord:
    chosen = objectives or (FRESHNESS,)
    return evaluate(run, chosen, Demands(frozenset(one.name for one in chosen)))


def whole(record: VerdictRecord, name: str = "found") -> ObjectiveResult:
    assert record.validity.valid, record.reasons
    (found,) = [one for one in record.objectives if one.name == name and one.phase is None]
    return found


@pytest.mark.parametrize(
    ("searches", "good", "unknown"),
    [
        (QUICK, 100, 0),
        (SLOW, 90, 0),
        (NEVER, 90, 0),
        (BETWEEN, 90, 10),
        (CUT, 90, 10),
        (REFUSED, 90, 10),
        ((), 90, 10),
    ],
)
def test_a_write_is_good_or_bad_where_searches_tell(
    tmp_path: Path, searches: Sequence[Search], good: int, unknown: int
) -> None:
    sessions = Sessions(lambda number: searches if number % 10 == 0 else QUICK)
    found = whole(judged(run_of(tmp_path, sessions, sessions.lookups)))
    assert (found.good, found.total, found.unknown) == (good, WRITES, unknown)


def test_writes_that_nobody_meant_to_look_for_are_no_part_of_the_sample(tmp_path: Path) -> None:
    sessions = Sessions(lambda _: QUICK, unwatched=50)
    found = whole(judged(run_of(tmp_path, sessions, sessions.lookups)))
    assert (found.good, found.total, found.verdict) == (WRITES, WRITES, Verdict.MET)


def test_what_is_found_too_late_is_missed_and_charged_to_the_fault_it_met(tmp_path: Path) -> None:
    sessions = Sessions(lambda number: SLOW if number < 50 else QUICK)
    # It came after the writes were acknowledged, and while they were searched for.
    steps = (51.3, 51.4, 51.5, 90, 90.1, 90.2)
    events = [*EVENTS, *fault("refused", steps, experiment="elasticsearch-down")]
    record = judged(run_of(tmp_path, sessions, sessions.lookups, events))
    assert whole(record).verdict is Verdict.MISSED
    charged = {entry.cause: entry.bad for entry in record.budget_ledger}
    assert charged == {"background": 49, "elasticsearch-down": 1}


def test_a_coarse_look_proves_nothing_and_says_so(tmp_path: Path) -> None:
    sessions = Sessions(lambda _: BETWEEN)
    found = whole(judged(run_of(tmp_path, sessions, sessions.lookups)))
    assert found.verdict is Verdict.NOT_PROVEN
    assert "not at the moment that decides, when a search first found 100 of 100 writes" in found.reason
    assert found.needs == "needs writers that search for what they wrote, often enough to see it come"
    wide = replace(FRESHNESS, threshold_ms=5000)
    assert whole(judged(run_of(tmp_path / "wide", sessions, sessions.lookups), wide)).verdict is Verdict.MET


def without(*positions: int) -> Callable[[list[LookupRecord]], list[LookupRecord]]:
    return lambda rows: [row for position, row in enumerate(rows) if position not in positions]


def each(**fields: Callable[[LookupRecord], object]) -> Callable[[list[LookupRecord]], list[LookupRecord]]:
    def changed(rows: list[LookupRecord]) -> list[LookupRecord]:
        return [replace(row, **{name: make(row) for name, make in fields.items()}) for row in rows]  # type: ignore[arg-type]  # by name

    return changed


HOUR_NS = 3600 * 1000 * MS
MUTATIONS: dict[str, Callable[[list[LookupRecord]], list[LookupRecord]]] = {
    "rows lost in the middle": without(100),
    "rows lost at the beginning": without(0, 1, 2),
    "the last row is lost": lambda rows: rows[:-1],
    "every row twice": lambda rows: [*rows, *rows],
    "one row twice": lambda rows: [*rows, rows[7]],
    "only what was meant": lambda rows: [
        replace(row, number=number) for number, row in enumerate(row for row in rows if row.asked_ns is None)
    ],
    "nothing was found": each(found=lambda row: None if row.found else row.found),
    "of another run": each(sequence=lambda row: row.sequence + 1000),
    "of another version": each(version=lambda row: row.version + 1),
    "an hour ahead": each(
        asked_ns=lambda row: row.asked_ns and row.asked_ns + HOUR_NS,
        answered_ns=lambda row: row.answered_ns and row.answered_ns + HOUR_NS,
    ),
    "asked and answered swapped": each(
        asked_ns=lambda row: row.answered_ns, answered_ns=lambda row: row.asked_ns
    ),
    "in microseconds": each(
        asked_ns=lambda row: row.asked_ns and row.asked_ns // 1000,
        answered_ns=lambda row: row.answered_ns and row.answered_ns // 1000,
    ),
    "the document and its tenant swapped": each(
        document_id=lambda row: row.tenant, tenant=lambda row: row.document_id
    ),
    "no rows": lambda _: [],
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_broken_records_of_searches_are_never_met(tmp_path: Path, name: str) -> None:
    sessions = Sessions(lambda _: QUICK)
    assert judged(run_of(tmp_path, sessions, MUTATIONS[name](sessions.lookups))).verdict is not Verdict.MET
