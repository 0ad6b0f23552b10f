"""Whole verdicts, from files to exit code: each kind of evidence its own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.errors import InvalidFile
from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS, Outcome, RequestRecord
from evidence.run_folder import RunFolder
from evidence.run_record import ProcessExit, ScheduledArrivals
from evidence.timeline import TimelineEvent
from evidence.verdict_record import Verdict, VerdictRecord
from slo.evaluate import Demands, UnknownDemand, evaluate
from slo.objective import Indicator, Objective
from tests.slo.runs import START_NS, S, fault, phase, request, run_record, steady, with_bad, write_run
from tests.slo.self_samples import readings

# 59 good requests of 59 prove 95%; 58 do not.
AVAILABILITY = Objective("availability-test", "search", Indicator.AVAILABILITY, 0.95, labels={"tier": "all"})
LATENCY = Objective("latency-test", "search", Indicator.LATENCY, 0.95, threshold_ms=200)
DEMANDED = Demands(frozenset({"availability-test"}))
FELT = fault("refused", (1, 1.1, 1.2, 1.8, 1.9, 2), experiment="postgres-down")


def verdict_of(folder: RunFolder, demands: Demands = DEMANDED) -> VerdictRecord:
    return evaluate(folder, (AVAILABILITY, LATENCY), demands)


def assert_verdict(record: VerdictRecord, verdict: Verdict, exit_code: int, reason: str) -> None:
    assert record.verdict is verdict, record.reasons
    assert record.verdict.exit_code == exit_code
    assert reason in record.reasons[0]


def failed_check(record: VerdictRecord) -> list[str]:
    return [check.name for check in record.validity.checks if not check.held]


def test_exactly_enough_is_met(tmp_path: Path) -> None:
    record = verdict_of(write_run(tmp_path, steady(59)))
    assert_verdict(record, Verdict.MET, 0, "availability-test: 100.00% of 59 requests were good")
    assert record.validity.valid


def test_one_too_few_is_not_proven(tmp_path: Path) -> None:
    record = verdict_of(write_run(tmp_path, steady(58)))
    assert_verdict(record, Verdict.NOT_PROVEN, 3, "needs 1 more request without a bad one")


def test_one_failure_too_many_is_not_met(tmp_path: Path) -> None:
    # One bad of 93 proves 95%, two do not; of a window of 100 five bad ones are 95%, six are not.
    assert verdict_of(write_run(tmp_path, with_bad(steady(93), 7))).verdict is Verdict.MET
    two = verdict_of(write_run(tmp_path / "two", with_bad(steady(93), 7, 8)))
    assert_verdict(two, Verdict.NOT_PROVEN, 3, "2 bad where 4 are allowed; too few to tell")


def test_one_failure_too_many_for_the_window_is_missed(tmp_path: Path) -> None:
    window = replace(DEMANDED, question="window")
    assert verdict_of(write_run(tmp_path, with_bad(steady(100), *range(5))), window).verdict is Verdict.MET
    six = verdict_of(write_run(tmp_path / "six", with_bad(steady(100), *range(6))), window)
    assert_verdict(
        six, Verdict.MISSED, 1, "94.00% of 100 requests were good, 95% is promised: 6 bad where 5 are"
    )


def test_all_failed_is_missed(tmp_path: Path) -> None:
    record = verdict_of(write_run(tmp_path, with_bad(steady(200), *range(200))))
    assert_verdict(record, Verdict.MISSED, 1, "0.00% of 200 requests were good")


def test_no_record_of_scheduled_arrivals_is_invalid(tmp_path: Path) -> None:
    run = replace(run_record([]), scheduled=(ScheduledArrivals("worker-0", 2000),))
    record = verdict_of(write_run(tmp_path, [], run=run))
    assert_verdict(record, Verdict.INVALID, 4, "no record, although 2,000 arrivals were scheduled")


def test_nothing_scheduled_and_nothing_recorded_is_not_proven(tmp_path: Path) -> None:
    record = verdict_of(write_run(tmp_path, []))
    assert_verdict(record, Verdict.NOT_PROVEN, 3, "no request counts")


def test_only_warm_up_is_not_proven(tmp_path: Path) -> None:
    record = verdict_of(write_run(tmp_path, steady(200), phase("warm-up", 0, 10)))
    assert_verdict(record, Verdict.NOT_PROVEN, 3, "no request counts; needs 59 requests without a bad one")


def test_a_timeline_that_lost_its_warm_up_is_invalid(tmp_path: Path) -> None:
    run = replace(run_record(steady(200)), phases=("warm-up", "baseline"))
    whole = [*phase("warm-up", 0, 1), *phase("baseline", 1, 2)]
    assert verdict_of(write_run(tmp_path, steady(200), whole, run)).verdict is Verdict.MET
    record = verdict_of(write_run(tmp_path / "lost", steady(200), phase("baseline", 1, 2), run))
    assert_verdict(record, Verdict.INVALID, 4, "the timeline lacks warm-up")
    assert failed_check(record) == ["phases-walked"]


def test_a_fault_that_was_never_felt_is_invalid(tmp_path: Path) -> None:
    events = fault(
        "refused", (1, 1.1, None, 1.8, 1.9, 2), id="postgres-down.postgres.1", failed="not felt in 5 s"
    )
    record = verdict_of(write_run(tmp_path, steady(200), events))
    assert_verdict(record, Verdict.INVALID, 4, "no probe felt refused (postgres-down.postgres.1)")
    assert "not felt in 5 s" in record.reasons[0]
    assert (record.faults[0].felt, record.faults[0].requests) == (False, 0)


def test_a_fault_that_did_not_heal_is_invalid(tmp_path: Path) -> None:
    events = fault("refused", (1, 1.1, 1.2, 1.8, None, None))
    record = verdict_of(write_run(tmp_path, steady(200), events))
    assert_verdict(record, Verdict.INVALID, 4, "was not seen to heal")


def test_a_fault_with_a_failed_step_is_invalid(tmp_path: Path) -> None:
    events = fault("refused", (1, 1.1, 1.2, 1.8, 1.9, 2), failed="it was not in place any more")
    record = verdict_of(write_run(tmp_path, steady(200), events))
    assert_verdict(record, Verdict.INVALID, 4, "it was not in place any more")


def test_a_fault_that_was_felt_and_healed_is_evidence(tmp_path: Path) -> None:
    record = verdict_of(write_run(tmp_path, steady(200), FELT))
    assert record.verdict is Verdict.MET


@pytest.mark.parametrize("expected", ["postgres-down", "../chaos/experiments/postgres-down.yaml"])
def test_an_experiment_of_the_plan_must_have_left_its_fault(tmp_path: Path, expected: str) -> None:
    once = replace(DEMANDED, expected_experiments=(expected,))
    twice = replace(DEMANDED, expected_experiments=(expected, expected))
    folder = write_run(tmp_path, steady(200), FELT)
    assert verdict_of(folder, once).verdict is Verdict.MET
    assert_verdict(verdict_of(folder, twice), Verdict.INVALID, 4, "the plan runs postgres-down 2 times")
    other = replace(DEMANDED, expected_experiments=("redis-down",))
    assert_verdict(verdict_of(folder, other), Verdict.INVALID, 4, "the timeline has no fault of it")


@pytest.mark.parametrize(("late", "verdict"), [(2, Verdict.MET), (3, Verdict.INVALID)])
def test_a_starved_generator_is_invalid(tmp_path: Path, late: int, verdict: Verdict) -> None:
    # The p99 of 200 is the 198th: two may be late, three may not.
    records = [request(n, n * 10, 50, lag_ms=10.1 if n < late else 10) for n in range(200)]
    record = verdict_of(write_run(tmp_path, records))
    assert record.verdict is verdict
    if verdict is Verdict.INVALID:
        assert_verdict(record, verdict, 4, "the p99 of dispatch lag is 10.1 ms, at most 10 ms is allowed")
        assert failed_check(record) == ["dispatch-lag-p99-ms"]


def test_a_late_warm_up_does_not_make_a_run_invalid(tmp_path: Path) -> None:
    records = [request(n, n * 10, 900, lag_ms=800 if n < 100 else 1) for n in range(200)]
    assert verdict_of(write_run(tmp_path, records, phase("warm-up", 0, 1))).verdict is Verdict.MET


@pytest.mark.parametrize(("never_sent", "verdict"), [(1, Verdict.MET), (2, Verdict.INVALID)])
def test_more_than_half_a_percent_undelivered_is_invalid(
    tmp_path: Path, never_sent: int, verdict: Verdict
) -> None:
    records = [
        replace(one, outcome=Outcome.UNDELIVERED, started_ns=None, ended_ns=None) if n < never_sent else one
        for n, one in enumerate(steady(200))
    ]
    record = verdict_of(write_run(tmp_path, records))
    assert record.verdict is verdict, record.reasons
    if verdict is Verdict.INVALID:
        assert "2 of 200 arrivals were never sent, at most 0.5% may be" in record.reasons[0]


def incomplete(tmp_path: Path, records: list[RequestRecord], arrivals: int = 200) -> VerdictRecord:
    run = replace(run_record(records), scheduled=(ScheduledArrivals("worker-0", arrivals),))
    return verdict_of(write_run(tmp_path, records, run=run))


def test_a_gap_in_the_records_is_invalid(tmp_path: Path) -> None:
    record = incomplete(tmp_path, [one for one in steady(200) if one.sequence != 77])
    assert_verdict(record, Verdict.INVALID, 4, "worker-0 lacks 1 of 200 arrivals")


def test_records_missing_at_the_end_are_invalid(tmp_path: Path) -> None:
    assert_verdict(incomplete(tmp_path, steady(199)), Verdict.INVALID, 4, "worker-0 lacks 1 of 200 arrivals")


def test_a_record_that_is_there_twice_is_invalid(tmp_path: Path) -> None:
    record = incomplete(tmp_path, [*steady(200), steady(200)[50]])
    assert_verdict(record, Verdict.INVALID, 4, "has 1 twice")


def test_a_duplicate_does_not_make_up_for_a_gap(tmp_path: Path) -> None:
    records = [replace(one, sequence=78 if one.sequence == 77 else one.sequence) for one in steady(200)]
    assert_verdict(incomplete(tmp_path, records), Verdict.INVALID, 4, "lacks 1 of 200 arrivals, has 1 twice")


def test_a_record_that_was_never_scheduled_is_invalid(tmp_path: Path) -> None:
    record = incomplete(tmp_path, steady(200), arrivals=199)
    assert_verdict(record, Verdict.INVALID, 4, "1 that were never scheduled")


def test_what_follows_from_an_arrival_is_not_a_duplicate(tmp_path: Path) -> None:
    assert incomplete(tmp_path, [*steady(200), request(7, 75, step=1)]).verdict is Verdict.MET


def test_a_lost_worker_is_invalid(tmp_path: Path) -> None:
    records = steady(200)
    run = replace(
        run_record(records),
        scheduled=(ScheduledArrivals("worker-0", 200), ScheduledArrivals("worker-1", 200)),
    )
    record = verdict_of(write_run(tmp_path, records, run=run))
    assert_verdict(record, Verdict.INVALID, 4, "worker-1 left no record of its 200 arrivals: it was lost")


def test_a_worker_that_nobody_scheduled_is_invalid(tmp_path: Path) -> None:
    record = verdict_of(write_run(tmp_path, steady(200), run=replace(run_record([]), scheduled=())))
    assert_verdict(record, Verdict.INVALID, 4, "worker-0 is not in run.json's schedule")


def test_a_file_that_was_cut_is_invalid(tmp_path: Path) -> None:
    folder = write_run(tmp_path, [], run=run_record(steady(200)), samples=readings(START_NS, 2))
    with RecordWriter(folder.path, REQUESTS, "worker-0", batch_rows=50) as writer:
        writer.extend(steady(200))
    stream = folder.path / "requests/worker-0.arrows"
    stream.write_bytes(stream.read_bytes()[:-8])  # all records are there, the end mark is not
    record = verdict_of(folder)
    assert_verdict(record, Verdict.INVALID, 4, "records of worker-0 cut short")
    assert failed_check(record) == ["record-files"]


def test_a_file_that_is_still_written_is_invalid(tmp_path: Path) -> None:
    folder = write_run(tmp_path, [], run=run_record(steady(200)))
    with RecordWriter(folder.path, REQUESTS, "worker-0") as writer:
        writer.extend(steady(200))
        record = verdict_of(folder)
    assert_verdict(record, Verdict.INVALID, 4, "worker-0 still being written")


def test_an_interrupted_run_is_invalid(tmp_path: Path) -> None:
    run = replace(run_record(steady(200)), interrupted=True)
    record = verdict_of(write_run(tmp_path, steady(200), run=run))
    assert_verdict(record, Verdict.INVALID, 4, "the run was interrupted before its end")
    assert record.objectives[0].total == 200  # what there is stays readable


def test_a_run_that_was_killed_is_invalid(tmp_path: Path) -> None:
    run = replace(run_record(steady(200)), ended_ns=None)
    assert_verdict(verdict_of(write_run(tmp_path, steady(200), run=run)), Verdict.INVALID, 4, "never ended")


@pytest.mark.parametrize(
    ("name", "exit_code", "verdict"),
    [
        ("generator-worker-0", -9, Verdict.INVALID),
        ("generator", 1, Verdict.INVALID),
        ("generator-worker-0", 0, Verdict.MET),
        ("reference-service", 1, Verdict.MET),
    ],
)
def test_a_generator_that_failed_is_invalid(
    tmp_path: Path, name: str, exit_code: int, verdict: Verdict
) -> None:
    run = replace(run_record(steady(200)), exits=(ProcessExit(name, exit_code),))
    assert verdict_of(write_run(tmp_path, steady(200), run=run)).verdict is verdict


ONE = steady(200)[100]
FOREIGN: Any = "fine"
"""What no type of ours would let through, but a file of another program may hold."""


@pytest.mark.parametrize(
    ("untrue", "told"),
    [
        (replace(ONE, ended_ns=None), "neither sent nor undelivered"),
        (replace(ONE, started_ns=None), "neither sent nor undelivered"),
        (replace(ONE, started_ns=None, ended_ns=None), "neither sent nor undelivered"),
        (replace(ONE, outcome=Outcome.UNDELIVERED), "neither sent nor undelivered"),
        (replace(ONE, ended_ns=ONE.intended_ns - 1), "ended before they were sent"),
        (replace(ONE, started_ns=ONE.intended_ns - 11_000_000), "sent before they were intended"),
        (replace(ONE, intended_ns=ONE.intended_ns - 3700 * S), "outside the run"),
        (replace(ONE, ended_ns=ONE.intended_ns + 4000 * S), "outside the run"),
        (replace(ONE, outcome=FOREIGN), "not of the vocabulary"),
        (replace(ONE, clock=FOREIGN), "not of the vocabulary"),
        (replace(ONE, served_from=FOREIGN), "not of the vocabulary"),
    ],
)
def test_a_record_that_cannot_be_true_is_invalid(tmp_path: Path, untrue: RequestRecord, told: str) -> None:
    records = [untrue if one.sequence == untrue.sequence else one for one in steady(200)]
    record = verdict_of(write_run(tmp_path, records))
    assert_verdict(record, Verdict.INVALID, 4, told)
    assert "records-sane" in failed_check(record)


def test_a_missed_objective_that_nobody_demands_decides_nothing(tmp_path: Path) -> None:
    slow = [replace(one, ended_ns=one.intended_ns + S) for one in steady(200)]
    folder = write_run(tmp_path, slow)
    assert verdict_of(folder).verdict is Verdict.MET
    assert [one.verdict for one in verdict_of(folder).objectives] == [Verdict.MET, Verdict.MISSED]
    both = Demands(frozenset({"availability-test", "latency-test"}))
    record = verdict_of(folder, both)
    assert_verdict(record, Verdict.MISSED, 1, "latency-test: 0.00% of 200 requests were good within 200 ms")


def test_where_nothing_is_demanded_nothing_is_met(tmp_path: Path) -> None:
    record = verdict_of(write_run(tmp_path, steady(200)), Demands(frozenset()))
    assert_verdict(record, Verdict.NOT_PROVEN, 3, "no objective is demanded")


def test_phases_are_told_and_decide_nothing(tmp_path: Path) -> None:
    events: list[TimelineEvent] = [
        *phase("warm-up", 0, 1),
        *phase("baseline", 1, 10),
        *phase("down", 10, 10.2),
        *phase("after", 10.2, 100),
    ]
    bad = range(1000, 1005)
    record = verdict_of(write_run(tmp_path, with_bad(steady(2000), *bad), events))
    assert record.verdict is Verdict.MET
    told = {(one.phase, one.demanded): one for one in record.objectives if one.name == "availability-test"}
    assert list(told) == [(None, True), ("baseline", False), ("down", False), ("after", False)]
    assert (told[None, True].good, told[None, True].total) == (1895, 1900)
    assert (told["down", False].good, told["down", False].total) == (15, 20)
    assert told["down", False].verdict is Verdict.MISSED


def test_a_demand_that_no_objective_meets_is_refused(tmp_path: Path) -> None:
    folder = write_run(tmp_path, steady(1))
    with pytest.raises(
        UnknownDemand, match="demanded but not defined: availabilty; the objectives are: avail"
    ):
        verdict_of(folder, Demands(frozenset({"availabilty"})))


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"run\.json"):
        verdict_of(RunFolder(tmp_path))
