"""A run of several workers is evidence only if all stayed and their clocks agree."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.run_record import ClockReading, RunRecord, WorkerRecord
from evidence.verdict_record import ValidityCheck, Verdict
from slo.evaluate import Demands, evaluate
from slo.objective import Indicator, Objective
from slo.validity.clock_alignment import check_clock_alignment
from slo.validity.membership import check_membership
from tests.slo.runs import MS, START_NS, run_record, steady, write_run

AVAILABILITY = Objective("availability-test", "search", Indicator.AVAILABILITY, 0.95)
GOOD = WorkerRecord(
    worker="worker-0",
    node="one_1a",
    # A clock three seconds behind is no harm once it is known.
    clock_at_start=ClockReading(START_NS, 3_000 * MS, MS // 5),
    clock_at_end=ClockReading(START_NS + 1, MS // 10, MS // 4),
)


def run_with(*workers: WorkerRecord) -> RunRecord:
    return replace(run_record(steady(59)), workers=workers)


def clock_check(*workers: WorkerRecord) -> ValidityCheck:
    (check,) = check_clock_alignment(run_with(*workers))
    return check


def test_a_run_without_a_master_has_neither_check() -> None:
    assert not list(check_clock_alignment(run_with()))
    assert not list(check_membership(run_with()))


def test_workers_that_stayed_and_agree_are_evidence(tmp_path: Path) -> None:
    folder = write_run(tmp_path, steady(59), run=run_with(GOOD))
    verdict = evaluate(folder, (AVAILABILITY,), Demands(frozenset({AVAILABILITY.name})))
    assert verdict.verdict is Verdict.MET, verdict.reasons
    assert clock_check(GOOD).observed == pytest.approx(0.35)


def test_a_lost_worker_is_named_with_what_to_do(tmp_path: Path) -> None:
    lost = replace(GOOD, worker="worker-1", node="two_2b", clock_at_end=None, lost="nothing was heard of it")
    folder = write_run(tmp_path, steady(59), run=run_with(GOOD, lost))
    verdict = evaluate(folder, (AVAILABILITY,), Demands(frozenset({AVAILABILITY.name})))
    assert verdict.verdict is Verdict.INVALID
    assert "worker-1 (two_2b): nothing was heard of it" in verdict.reasons[0]
    assert "run it again" in verdict.reasons[0]


def test_a_worker_that_joined_late_is_named_with_what_to_do(tmp_path: Path) -> None:
    run = replace(run_with(GOOD), joined_late=("two_2b",))
    folder = write_run(tmp_path, steady(59), run=run)
    verdict = evaluate(folder, (AVAILABILITY,), Demands(frozenset({AVAILABILITY.name})))
    assert verdict.verdict is Verdict.INVALID
    assert "two_2b joined after the start" in verdict.reasons[0]
    assert "--expect-workers" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("start_residual_ms", "drift_ms", "end_residual_ms", "held"),
    [(10, 0, 0, True), (10.1, 0, 0, False), (1, 9, 1, True), (1, 9, 1.1, False), (1, -9.5, 1, False)],
)
def test_alignment_and_drift_count_together(
    start_residual_ms: float, drift_ms: float, end_residual_ms: float, held: bool
) -> None:
    worker = replace(
        GOOD,
        clock_at_start=ClockReading(START_NS, 0, round(start_residual_ms * MS)),
        clock_at_end=ClockReading(START_NS, round(drift_ms * MS), round(end_residual_ms * MS)),
    )
    check = clock_check(GOOD, worker)
    assert check.held is held
    assert held or "one_1a" in check.reason
