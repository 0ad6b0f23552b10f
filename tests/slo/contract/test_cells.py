"""Cells from evidence: all proved of a service that keeps its word, and exactly the right one violated of
each that breaks one promise.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.request_record import Outcome, RequestRecord, ServedFrom
from evidence.verdict_record import CellVerdict, ContractCell, Verdict, VerdictRecord
from evidence.write_record import Durability
from slo.contract.contract import Contract
from slo.evaluate import Demands, evaluate
from slo.objective import Indicator, Objective
from slo.verdicts import Question
from tests.slo.contract.contracts import contract_of, postgres_away
from tests.slo.contract.evidence_under_fault import EVENTS, changed, kept, positions, written
from tests.slo.runs import MS, fault, phase, write_run

AVAILABILITY = Objective("availability-test", "search", Indicator.AVAILABILITY, 0.95)
DEMANDED = Demands(frozenset({AVAILABILITY.name}))
PROMISES = """
  - name: postgres-away
    source: first
    when: [{targets: [postgres], faults: [refused]}]
    promises:
      - operations: [search]
        statuses: [200]
        outcomes: [ok, degraded]
        served_from: [cache, stale]
        staleness_s: 60
        availability: 0.99
        p99_ms: 100
        recovery_s: 5
      - operations: [index]
        statuses: [202]
        outcomes: [degraded]
        durability: [local]
  - name: redis-away
    source: second
    when: [{targets: [redis-cache]}]
    promises:
      - {operations: [search], statuses: [200], availability: 0.9}
"""


def judged(
    folder: Path,
    records: list[RequestRecord],
    contract: Contract,
    *,
    whole: bool = False,
    question: Question = "window",
) -> VerdictRecord:
    demands = replace(DEMANDED, question=question, contract=contract, whole_contract=whole)
    return evaluate(written(folder, records), (AVAILABILITY,), demands)


def cells(record: VerdictRecord, verdict: CellVerdict) -> set[str]:
    return {f"{one.operation} {one.kind}" for one in record.contract if one.verdict is verdict}


def cell(record: VerdictRecord, operation: str, kind: str) -> ContractCell:
    return next(one for one in record.contract if (one.operation, one.kind) == (operation, kind))


def test_a_service_that_keeps_its_word_proves_every_cell_that_the_run_brought_about(tmp_path: Path) -> None:
    record = judged(tmp_path, kept(), contract_of(tmp_path, PROMISES))
    assert cells(record, CellVerdict.VIOLATED) == set()
    assert {one.fault for one in record.contract if one.verdict is CellVerdict.NOT_EXERCISED} == {
        "redis-away"
    }
    assert record.verdict is Verdict.MET
    assert "contract: all 10 cells that the run brought about were proved" in record.reasons
    assert cell(record, "search", "statuses").requests == 780  # in 19.5 s
    assert cell(record, "search", "availability").requests == 780
    assert cell(record, "index", "durability").observed == "local: 195"
    assert cell(record, "search", "staleness_s").observed == "the oldest of 780 was 45.0 s old"
    assert cell(record, "search", "recovery_s").observed == "after 2.8 s"  # the last stale one was at 42.8 s


def test_coverage_is_told_for_each_source(tmp_path: Path) -> None:
    record = judged(tmp_path, kept(), contract_of(tmp_path, PROMISES))
    told = {one.source: (one.exercised, one.cells, one.share) for one in record.contract_coverage}
    assert told == {"first": (10, 10, 1.0), "second": (0, 2, 0.0)}


SEARCH, INDEX = positions("search", 1), positions("index", 1)
LATE = positions("search", 30)
AFTER = [2130 + 5 * n + 1 for n in range(150)]
"""Searches from 42.6 s on."""


@pytest.mark.parametrize(
    ("broken", "violated"),
    [
        (lambda made: changed(made, SEARCH, status=500), "search statuses"),
        (lambda made: changed(made, SEARCH, outcome=Outcome.WRONG), "search outcomes"),
        (lambda made: changed(made, SEARCH, served_from=ServedFrom.EMPTY), "search served_from"),
        (lambda made: changed(made, SEARCH, age_s=61.0), "search staleness_s"),
        (lambda made: [_slow(one) for one in made], "search p99_ms"),
        (lambda made: changed(made, AFTER, outcome=Outcome.DEGRADED), "search recovery_s"),
        (lambda made: changed(made, INDEX, status=200), "index statuses"),
        (lambda made: changed(made, INDEX, outcome=Outcome.OK), "index outcomes"),
    ],
)
def test_one_broken_promise_violates_its_cell_and_no_other(
    tmp_path: Path, broken: Callable[[list[RequestRecord]], list[RequestRecord]], violated: str
) -> None:
    record = judged(tmp_path, broken(kept()), contract_of(tmp_path, PROMISES))
    found = cells(record, CellVerdict.VIOLATED)
    # A write that says that it is replicated is so: its durability goes with its outcome.
    assert found - ({"index durability"} if violated == "index outcomes" else set()) == {violated}
    assert record.verdict is Verdict.MISSED
    operation, kind = violated.split()
    told = cell(record, operation, kind)
    assert f"contract: under postgres-away, {operation} {told.promise}: violated" in " ".join(record.reasons)


def _slow(one: RequestRecord) -> RequestRecord:
    if one.sequence not in LATE or one.ended_ns is None:
        return one
    return replace(one, ended_ns=one.ended_ns + 200 * MS)


def test_requests_that_fail_violate_availability(tmp_path: Path) -> None:
    failing = changed(kept(), LATE, outcome=Outcome.FAILED, status=503, served_from=None, age_s=None)
    record = judged(tmp_path, failing, contract_of(tmp_path, PROMISES))
    assert cells(record, CellVerdict.VIOLATED) == {
        "search statuses",
        "search outcomes",
        "search availability",
    }


def test_writes_that_are_kept_otherwise_violate_durability(tmp_path: Path) -> None:
    contract = contract_of(tmp_path, PROMISES)
    folder = written(tmp_path, kept(), away=Durability.REPLICATED)
    record = evaluate(folder, (AVAILABILITY,), replace(DEMANDED, contract=contract))
    assert cells(record, CellVerdict.VIOLATED) == {"index durability"}


def test_what_a_fault_did_before_it_was_verified_and_after_it_healed_violates_nothing(tmp_path: Path) -> None:
    # 20.0 s to 20.5 s, and from 40 s on.
    outside = [1001, 1006, 1011, 2001, 2006]
    record = judged(
        tmp_path,
        changed(kept(), outside, status=500, outcome=Outcome.FAILED),
        contract_of(tmp_path, PROMISES),
    )
    assert cells(record, CellVerdict.VIOLATED) == set()


def test_too_few_requests_are_not_exercised_and_then_the_run_is_not_proven(tmp_path: Path) -> None:
    promises = "p99_ms: 100\navailability: 0.999"
    contract = postgres_away(tmp_path, f"{promises}\n- {{operations: [index], outcomes: [degraded]}}")
    record = judged(tmp_path, kept(), contract, question="inference")
    assert cells(record, CellVerdict.NOT_EXERCISED) == {"search availability"}
    assert record.verdict is Verdict.NOT_PROVEN
    assert cell(record, "search", "availability").needs == (
        "needs 2,215 more requests without a bad one (about 56 s at this rate)"
    )


def test_another_fault_at_the_same_time_is_another_situation(tmp_path: Path) -> None:
    redis = [
        replace(event, target="redis-cache")
        for event in fault("refused", (25, 25, 26, 30, 30, 31), id="redis", experiment="redis-down")
    ]
    bad = [one.sequence for one in kept() if 26_000 <= one.sequence * 20 < 30_000]
    records = changed(kept(), bad, status=500, outcome=Outcome.FAILED)
    contract = contract_of(
        tmp_path,
        PROMISES
        + """
  - name: both
    together: [postgres-away, redis-away]
    promises:
      - {operations: [search], statuses: [500]}
""",
    )
    folder = write_run(tmp_path, records, [*EVENTS, *redis])
    record = evaluate(folder, (AVAILABILITY,), replace(DEMANDED, contract=contract))
    told = {(one.fault, one.kind): one.verdict for one in record.contract if one.operation == "search"}
    assert told["postgres-away", "statuses"] is CellVerdict.PROVED
    assert told["redis-away", "statuses"] is CellVerdict.NOT_EXERCISED
    assert told["both", "statuses"] is CellVerdict.PROVED
    # What follows is the recovery of both, and of neither alone.
    assert told["postgres-away", "recovery_s"] is CellVerdict.NOT_EXERCISED


def test_what_is_alone_for_a_moment_as_both_heal_was_not_tried(tmp_path: Path) -> None:
    cache, state = (
        [
            replace(event, target=target)
            for event in fault("refused", at_s, id=target, experiment="redis-down")
        ]
        for target, at_s in (
            ("redis-cache", (25, 25, 26, 30.01, 30.02, 30.03)),
            ("redis-state", (25, 25, 26, 29.98, 29.99, 30)),
        )
    )
    contract = contract_of(
        tmp_path,
        """
  - name: both
    when: [{targets: [redis-cache, redis-state]}]
    promises:
      - {operations: [search], statuses: [200]}
  - name: cache-alone
    when: [{targets: [redis-cache]}]
    promises:
      - {operations: [search], statuses: [200]}
""",
    )
    folder = write_run(tmp_path, kept(), [*phase("warm-up", 0, 2), *cache, *state])
    record = evaluate(folder, (), Demands(frozenset(), contract=contract))
    assert [(one.fault, one.verdict, one.demanded) for one in record.contract] == [
        ("both", CellVerdict.PROVED, True),
        ("cache-alone", CellVerdict.NOT_EXERCISED, False),
    ]


def test_nothing_broken_is_judged_where_nothing_is_and_everything_has_settled(tmp_path: Path) -> None:
    contract = contract_of(
        tmp_path,
        PROMISES
        + """
  - name: nothing-broken
    when: []
    promises:
      - {operations: [search], served_from: [live]}
""",
    )
    record = judged(tmp_path, kept(), contract)
    told = next(one for one in record.contract if one.fault == "nothing-broken")
    # 18 s after the warm-up, and what comes 5 s after the verified healing: 40 searches a second.
    assert (told.verdict, told.requests) == (CellVerdict.PROVED, 720 + round((80 - 45.3) * 40))


def test_cells_that_the_run_did_not_bring_about_are_demanded_of_the_whole_contract(tmp_path: Path) -> None:
    contract = contract_of(tmp_path, PROMISES)
    record = judged(tmp_path, kept(), contract, whole=True)
    assert record.verdict is Verdict.NOT_PROVEN
    assert all(one.demanded for one in record.contract)
    assert "under redis-away, search answers only with 200: not exercised" in " ".join(record.reasons)


def test_an_operation_that_the_load_does_not_carry_is_not_demanded(tmp_path: Path) -> None:
    contract = contract_of(tmp_path, PROMISES.replace("operations: [index]", "operations: [index, job]"))
    record = judged(tmp_path, kept(), contract)
    job = cell(record, "job", "statuses")
    assert (job.verdict, job.demanded, record.verdict) == (CellVerdict.NOT_EXERCISED, False, Verdict.MET)


def test_a_contract_alone_can_be_met(tmp_path: Path) -> None:
    contract = contract_of(tmp_path, PROMISES)
    record = evaluate(written(tmp_path, kept()), (AVAILABILITY,), Demands(frozenset(), contract=contract))
    assert record.verdict is Verdict.MET


def test_a_run_that_is_no_evidence_stays_invalid(tmp_path: Path) -> None:
    unfelt = [event for event in EVENTS if event.event != "verified"]
    folder = write_run(tmp_path, kept(), unfelt)
    record = evaluate(folder, (AVAILABILITY,), replace(DEMANDED, contract=contract_of(tmp_path, PROMISES)))
    assert record.verdict is Verdict.INVALID
    assert not any(one.demanded for one in record.contract)


def test_the_warm_up_exercises_nothing(tmp_path: Path) -> None:
    folder = write_run(tmp_path, kept(), [*phase("warm-up", 0, 100), *EVENTS[-6:]])
    record = evaluate(folder, (AVAILABILITY,), replace(DEMANDED, contract=contract_of(tmp_path, PROMISES)))
    assert cells(record, CellVerdict.PROVED) == set()
    assert record.verdict is Verdict.NOT_PROVEN
