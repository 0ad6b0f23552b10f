"""What the generator measured of itself decides whether its run is evidence: each limit, from both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.request_record import LatencyClock, Outcome
from evidence.run_record import ProcessExit
from evidence.sample_record import SampleRecord
from evidence.timeline import TimelineEvent
from evidence.verdict_record import Validity, ValidityCheck
from slo.evidence_view import open_evidence
from slo.validity.judge import check_validity
from tests.slo.runs import START_NS, S, phase, request, run_record, steady, write_run
from tests.slo.self_samples import readings

SECONDS = 200
WARM_UP = [*phase("warm-up", 0, 10), *phase("baseline", 10, None)]


def validity(
    folder: Path,
    samples: Sequence[SampleRecord] | None = None,
    events: Sequence[TimelineEvent] = (),
    exits: tuple[ProcessExit, ...] = (),
) -> Validity:
    records = steady(50)
    run = replace(run_record(records), exits=exits)
    with open_evidence(write_run(folder, records, events, run, samples)) as evidence:
        return check_validity(evidence)


def judged(
    folder: Path,
    name: str,
    at: Mapping[int, Mapping[str, float]],
    *,
    seconds: int = SECONDS,
    events: Sequence[TimelineEvent] = (),
) -> ValidityCheck:
    """One condition of a run that was quiet but for the seconds `at`; no other condition must notice them."""
    made = validity(folder, readings(START_NS, seconds, at=at), events)
    assert all(check.held for check in made.checks if check.name != name)
    return check_of(made, name)


def check_of(made: Validity, name: str) -> ValidityCheck:
    (check,) = (check for check in made.checks if check.name == name)
    return check


def test_a_quiet_generator_is_no_obstacle(tmp_path: Path) -> None:
    assert validity(tmp_path, readings(START_NS, SECONDS)).valid


BUSY = {"process_cpu_ratio": 0.6, "process_cpu_wait_ratio": 0.31}
ALMOST = {"process_cpu_ratio": 0.6, "process_cpu_wait_ratio": 0.3}


def test_a_core_that_is_used_or_waited_for_too_much_is_the_generators_fault(tmp_path: Path) -> None:
    allowed = judged(tmp_path / "a", "generator-busy", dict.fromkeys(range(20, 40), ALMOST))
    assert allowed.held
    assert allowed.observed == pytest.approx(0.9)
    broken = judged(tmp_path / "b", "generator-busy", dict.fromkeys(range(20, 40), BUSY))
    assert not broken.held
    assert (
        "worker-0 used its core, or waited for it, 91% of its busiest five seconds (31% waiting)"
        in broken.reason
    )
    assert "fewer personas, a lower rate, or more workers" in broken.reason


def test_where_others_held_the_core_that_is_told(tmp_path: Path) -> None:
    starved = {"process_cpu_ratio": 0.4, "process_cpu_wait_ratio": 0.6}
    broken = judged(tmp_path, "generator-busy", dict.fromkeys(range(20, 40), starved))
    assert (
        "other processes held its core, for which it waited 60% of its busiest five seconds" in broken.reason
    )
    assert "give the generator a core of its own" in broken.reason


@pytest.mark.parametrize(
    ("name", "late"),
    [
        ("gc-late-share", {"gc_pause_late_seconds": 0.5}),
        ("event-loop-late-share", {"event_loop_late_seconds": 0.5}),
        ("event-loop-stall-s", {"event_loop_stall_seconds_max": 1.2}),
    ],
)
def test_what_was_late_because_others_held_the_core_is_not_told_to_send_less(
    tmp_path: Path, name: str, late: Mapping[str, float]
) -> None:
    starved = {"process_cpu_ratio": 0.1, "process_cpu_wait_ratio": 0.6}
    broken = judged(tmp_path / "a", name, {second: {**starved, **late} for second in range(20, 40)})
    assert "end them and run it again" in broken.reason
    assert "fewer personas" not in broken.reason
    alone = judged(tmp_path / "b", name, dict.fromkeys(range(20, 40), late))
    assert "fewer personas" in alone.reason


def test_a_busy_moment_is_none_over_five_seconds(tmp_path: Path) -> None:
    # One second of 100% among four of 25% is 40%.
    check = judged(tmp_path, "generator-busy", {50: {"process_cpu_ratio": 0.95}})
    assert check.observed == pytest.approx((0.95 + 0.05 + 4 * 0.25) / 5)


def test_a_busy_first_second_is_one_of_five_too(tmp_path: Path) -> None:
    full = {"process_cpu_ratio": 0.95}
    assert judged(tmp_path / "long", "generator-busy", {0: full}).held
    short = judged(tmp_path / "short", "generator-busy", {0: full}, seconds=2)
    assert short.observed == pytest.approx((1.0 + 0.25) / 2)


def test_in_a_long_run_a_hundredth_of_the_time_may_be_busy(tmp_path: Path) -> None:
    # Of 1,000 s the ten busiest windows of five seconds do not count: six busy seconds are in ten of them.
    assert judged(tmp_path / "a", "generator-busy", dict.fromkeys(range(500, 506), BUSY), seconds=1000).held
    assert not judged(
        tmp_path / "b", "generator-busy", dict.fromkeys(range(500, 520), BUSY), seconds=1000
    ).held


def test_a_run_of_two_seconds_is_judged_by_what_there_is(tmp_path: Path) -> None:
    assert not judged(tmp_path, "generator-busy", dict.fromkeys(range(2), BUSY), seconds=2).held


def test_a_system_that_does_not_tell_of_waiting_is_judged_by_use(tmp_path: Path) -> None:
    made = readings(START_NS, 20, at={n: {"process_cpu_ratio": 0.95} for n in range(20)})
    told = [one for one in made if one.name != "process_cpu_wait_ratio"]
    assert check_of(validity(tmp_path, told), "generator-busy").observed == pytest.approx(0.95)


def test_collections_that_made_arrivals_late_are_the_generators_fault(tmp_path: Path) -> None:
    # 2.0 of 200 s is a hundredth, the most that is allowed.
    allowed = judged(tmp_path / "a", "gc-late-share", {n: {"gc_pause_late_seconds": 0.25} for n in range(8)})
    assert allowed.held
    assert allowed.observed == pytest.approx(0.01)
    at = {n: {"gc_pause_late_seconds": 0.26, "gc_pause_seconds_max": 0.27} for n in range(8)}
    broken = judged(tmp_path / "b", "gc-late-share", at)
    assert not broken.held
    assert "made worker-0 more than 10 ms late 1.04% of the time" in broken.reason
    assert "its longest pause was 270 ms" in broken.reason


def test_a_loop_that_stood_still_too_often_is_the_generators_fault(tmp_path: Path) -> None:
    name, late = "event-loop-late-share", "event_loop_late_seconds"
    # 2.0 of 200 s again.
    assert judged(tmp_path / "a", name, {n: {late: 0.25} for n in range(8)}).held
    broken = judged(tmp_path / "b", name, {n: {late: 0.2625} for n in range(8)})
    assert not broken.held
    assert "worker-0's event loop was more than 10 ms late 1.05% of the time, 1% is allowed" in broken.reason


def test_a_loop_that_stood_still_for_too_long_is_the_generators_fault(tmp_path: Path) -> None:
    name, longest = "event-loop-stall-s", "event_loop_stall_seconds_max"
    assert judged(tmp_path / "a", name, {7: {longest: 1.0}}).held
    broken = judged(tmp_path / "b", name, {7: {longest: 1.001}})
    assert not broken.held
    assert "stood still for 1,001 ms" in broken.reason


@pytest.mark.parametrize("direction", [1, -1])
def test_a_clock_that_was_set_is_told(tmp_path: Path, direction: int) -> None:
    name, offset = "clock-step-ms", "wall_clock_offset_seconds"
    allowed = {n: {offset: direction * 0.01} for n in range(50, SECONDS)}
    assert judged(tmp_path / "a", name, allowed).held
    stepped = {n: {offset: direction * 0.0101} for n in range(50, SECONDS)}
    broken = judged(tmp_path / "b", name, stepped)
    assert not broken.held
    assert "the wall clock of worker-0 moved by 10.1 ms" in broken.reason


def test_a_clock_that_was_set_back_again_was_set_all_the_same(tmp_path: Path) -> None:
    assert not judged(tmp_path, "clock-step-ms", {50: {"wall_clock_offset_seconds": 3.0}}).held


def test_the_warm_up_of_a_generator_does_not_count(tmp_path: Path) -> None:
    bad = {
        **BUSY,
        "gc_pause_late_seconds": 1.0,
        "event_loop_late_seconds": 1.0,
        "event_loop_stall_seconds_max": 2.0,
    }
    samples = readings(START_NS, SECONDS, at=dict.fromkeys(range(10), bad))
    assert validity(tmp_path / "a", samples, WARM_UP).valid
    later = readings(START_NS, SECONDS, at=dict.fromkeys(range(1, 11), bad))
    broken = validity(tmp_path / "b", later, WARM_UP)
    # The eleventh second is of the baseline: its stall counts.
    assert [check.name for check in broken.checks if not check.held] == ["event-loop-stall-s"]


def test_a_clock_that_was_set_in_the_warm_up_stays_set(tmp_path: Path) -> None:
    at = {n: {"wall_clock_offset_seconds": 1.0} for n in range(3, 8)}
    assert not judged(tmp_path, "clock-step-ms", at, events=WARM_UP).held


def test_the_worst_worker_decides_and_is_named(tmp_path: Path) -> None:
    records = [*steady(50), *(request(n, n * 10, worker="worker-1") for n in range(50))]
    bad = {
        **BUSY,
        "event_loop_late_seconds": 0.5,
        "event_loop_stall_seconds_max": 2.0,
        "gc_pause_late_seconds": 0.4,
        "wall_clock_offset_seconds": 0.5,
    }
    samples = [
        *readings(START_NS, SECONDS),
        *readings(START_NS, SECONDS, "worker-1", dict.fromkeys(range(50), bad)),
    ]
    with open_evidence(write_run(tmp_path, records, samples=samples)) as evidence:
        made = check_validity(evidence)
    broken = {check.name: check.reason for check in made.checks if not check.held}
    assert set(broken) == {
        "clock-step-ms",
        "generator-busy",
        "gc-late-share",
        "event-loop-late-share",
        "event-loop-stall-s",
    }
    assert all("worker-1" in reason for reason in broken.values())


@pytest.mark.parametrize(
    ("limit", "cure"),
    [
        ("open files", "ulimit -n"),
        ("local ports", "net.ipv4.ip_local_port_range"),
        ("memory", "more memory"),
        ("requests in flight", "lower one of them"),
        ("something new", "fewer personas"),
    ],
)
def test_one_request_that_the_machine_refused_is_one_too_many(tmp_path: Path, limit: str, cure: str) -> None:
    refusal = SampleRecord(
        "generator",
        "local_limit_refusals",
        (("worker", "worker-0"), ("limit", limit)),
        START_NS + 5 * S,
        1.0,
    )
    made = validity(tmp_path, [*readings(START_NS, SECONDS), refusal])
    check = check_of(made, "local-limits")
    assert (check.held, check.observed) == (False, 1.0)
    assert f"worker-0: 1 for want of {limit}" in check.reason
    assert cure in check.reason


def test_refusals_are_counted_and_cures_told_once(tmp_path: Path) -> None:
    refusals = [
        SampleRecord(
            "generator", "local_limit_refusals", (("worker", worker), ("limit", "open files")), at, 20.0
        )
        for worker, at in (
            ("worker-0", START_NS + S),
            ("worker-0", START_NS + 2 * S),
            ("worker-1", START_NS + S),
        )
    ]
    check = check_of(validity(tmp_path, [*readings(START_NS, SECONDS), *refusals]), "local-limits")
    assert check.observed == 60.0
    assert "worker-0: 40 for want of open files; worker-1: 20 for want of open files" in check.reason
    assert check.reason.count("ulimit -n") == 1


def test_samples_of_others_are_not_the_generators(tmp_path: Path) -> None:
    of_service = [
        replace(one, source="service")
        for one in readings(START_NS, SECONDS, at=dict.fromkeys(range(SECONDS), BUSY))
    ]
    samples = [*readings(START_NS, SECONDS), *of_service]
    assert validity(tmp_path, samples).valid


def test_a_generator_that_left_no_samples_cannot_be_judged(tmp_path: Path) -> None:
    made = validity(tmp_path, [])
    assert [check.name for check in made.checks if not check.held] == ["self-measured"]
    assert "worker-0 left no samples of itself" in check_of(made, "self-measured").reason


def test_a_source_without_a_schedule_of_its_own_owes_no_samples(tmp_path: Path) -> None:
    records = [replace(one, clock=LatencyClock.SENT) for one in steady(50)]
    with open_evidence(write_run(tmp_path, records, samples=[])) as evidence:
        assert check_validity(evidence).valid


def test_lost_evidence_is_told_apart_from_other_failures(tmp_path: Path) -> None:
    made = validity(tmp_path, exits=(ProcessExit("generator-worker-0", 74),))
    assert [check.name for check in made.checks if not check.held] == ["evidence-kept"]
    assert "generator-worker-0 could not write what it recorded" in check_of(made, "evidence-kept").reason


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (70, "a defect of the generator"),
        (-9, "because memory ran out"),
        (2, "a file or an option"),
        (9, "with 9;"),
    ],
)
def test_how_a_generator_ended_is_told(tmp_path: Path, code: int, told: str) -> None:
    made = validity(tmp_path, exits=(ProcessExit("generator-worker-0", code),))
    assert [check.name for check in made.checks if not check.held] == ["generator-exit"]
    assert told in check_of(made, "generator-exit").reason


def test_why_arrivals_were_not_sent_is_told(tmp_path: Path) -> None:
    unsent = {"outcome": Outcome.UNDELIVERED, "started_ns": None, "ended_ns": None}
    details = ["2000 requests were in flight already"] * 2 + ["not sent by the end of the run"]
    records = [
        replace(one, **unsent, detail=details[n]) if n < len(details) else one  # type: ignore[arg-type]  # by name
        for n, one in enumerate(steady(50))
    ]
    followers = [
        replace(request(n, n * 10, step=1), **unsent, detail="of a session")  # type: ignore[arg-type]  # by name
        for n in range(5)
    ]
    with open_evidence(write_run(tmp_path, [*records, *followers])) as evidence:
        check = check_of(check_validity(evidence), "undelivered")
    assert "3 of 50 arrivals were never sent" in check.reason
    assert "(2: 2000 requests were in flight already)" in check.reason
