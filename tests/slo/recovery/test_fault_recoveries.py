"""From evidence to how users came through a fault."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.request_record import Outcome, RequestRecord
from evidence.timeline import TimelineEvent
from evidence.verdict_record import FaultRecovery, RecoveryState
from slo.evidence_view import open_evidence
from slo.objective import Indicator, Objective
from slo.recovery.faults import fault_recoveries
from tests.slo.runs import fault, phase, request, write_run

AVAILABILITY = Objective("availability-test", "search", Indicator.AVAILABILITY, 0.99)
LATENCY = Objective("latency-test", "search", Indicator.LATENCY, 0.95, threshold_ms=100)
FREE = replace(AVAILABILITY, name="availability-free", tier="free")
FAULT = fault("refused", (20, 20.1, 20.5, 40, 40.1, 40.3), id="first", experiment="postgres-down")


def requests(bad_s: tuple[float, float], *, until_s: int = 60) -> list[RequestRecord]:
    """100/s, all of them bad in a stretch."""
    return [
        request(n, n * 10, outcome=Outcome.FAILED if bad_s[0] <= n / 100 < bad_s[1] else Outcome.OK)
        for n in range(until_s * 100)
    ]


def recovery(
    folder: Path,
    records: list[RequestRecord],
    events: list[TimelineEvent] = FAULT,
    objective: Objective = AVAILABILITY,
    fault_id: str = "first",
) -> FaultRecovery:
    with open_evidence(write_run(folder, records, events)) as evidence:
        (found,) = fault_recoveries(evidence, (objective,))[fault_id]
    return found


def test_a_fault_has_its_course(tmp_path: Path) -> None:
    felt = recovery(tmp_path, requests((23, 44)))
    assert felt.state is RecoveryState.RECOVERED
    assert felt.detect_s == pytest.approx(3, abs=0.1)
    assert felt.peak_s == pytest.approx(3, abs=0.1)
    assert felt.recover_s == pytest.approx(3.9, abs=0.1)
    assert felt.depth == pytest.approx(1)
    assert felt.area_s == pytest.approx(21, abs=0.1)
    assert felt.before_ratio == 1
    assert felt.observed_s == pytest.approx(19.9, abs=0.1)
    assert felt.requests == 4000


def test_users_who_felt_nothing_were_inside(tmp_path: Path) -> None:
    felt = recovery(tmp_path, requests((0, 0)))
    assert (felt.state, felt.detect_s, felt.recover_s, felt.area_s) == (RecoveryState.INSIDE, None, 0, 0)


def test_users_who_are_still_out_when_the_load_ends_are_not_back(tmp_path: Path) -> None:
    felt = recovery(tmp_path, requests((25, 60)))
    assert (felt.state, felt.recover_s) == (RecoveryState.NOT_BACK, None)


def test_each_objective_has_its_own(tmp_path: Path) -> None:
    slow = [
        replace(one, ended_ns=(one.ended_ns or 0) + 300_000_000) if 2200 <= one.sequence < 3000 else one
        for one in requests((0, 0))
    ]
    felt = recovery(tmp_path / "latency", slow, objective=LATENCY)
    assert felt.detect_s == pytest.approx(2, abs=0.1)
    assert felt.recover_s == 0
    assert recovery(tmp_path / "availability", slow).state is RecoveryState.INSIDE
    nobody = recovery(tmp_path / "free", slow, objective=FREE)
    assert (nobody.state, nobody.before_ratio, nobody.requests) == (RecoveryState.INSIDE, None, 0)


def test_what_the_next_fault_did_is_not_charged_to_the_recovery(tmp_path: Path) -> None:
    second = fault("refused", (50, 50.1, 50.5, 55, 55.1, 55.3), id="second", experiment="redis-down")
    records = requests((50, 56), until_s=70)
    # In flight when the second fault began, and lost to it.
    records[4995] = replace(
        records[4995], outcome=Outcome.FAILED, ended_ns=(records[4995].ended_ns or 0) + 10**9
    )
    events = [*FAULT, *second]
    first = recovery(tmp_path / "first", records, events)
    assert first.state is RecoveryState.INSIDE
    assert first.observed_s == pytest.approx(9.9, abs=0.1)
    again = recovery(tmp_path / "second", records, events, fault_id="second")
    assert again.detect_s == pytest.approx(0, abs=0.1)
    assert again.recover_s == pytest.approx(0.9, abs=0.1)


def test_the_warm_up_is_no_stretch_to_compare_with(tmp_path: Path) -> None:
    records = requests((0, 10))
    felt = recovery(tmp_path, records, [*phase("warm-up", 0, 10), *FAULT])
    assert felt.before_ratio == 1


def test_a_fault_after_the_load_has_no_course(tmp_path: Path) -> None:
    with open_evidence(write_run(tmp_path, requests((0, 0), until_s=10), FAULT)) as evidence:
        assert fault_recoveries(evidence, (AVAILABILITY,)) == {}
