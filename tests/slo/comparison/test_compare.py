"""Recorded runs against each other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.comparison_record import Change, ChangeVerdict, ComparisonRecord, Figure, LeastEffects, Scope
from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from evidence.verdict_record import CellVerdict, ContractCell
from slo.comparison.cells import cell_changes
from slo.comparison.compare import Sides, compare
from tests.slo.comparison.made_runs import shop_requests, write_shop_run
from tests.slo.runs import S, run_record


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def before(folder: Path) -> RunFolder:
    return write_shop_run(folder / "before", shop_requests(1))


@pytest.fixture(scope="module")
def alike(folder: Path) -> RunFolder:
    return write_shop_run(folder / "alike", shop_requests(2))


@pytest.fixture(scope="module")
def slower(folder: Path) -> RunFolder:
    return write_shop_run(folder / "slower", shop_requests(3, slower_get=1.3, until_s=44))


def one(record: ComparisonRecord, figure: Figure, scope: Scope, quantile: float | None = None) -> Change:
    (found,) = [
        change
        for change in record.changes
        if (change.figure, change.scope, change.quantile) == (figure, scope, quantile)
    ]
    return found


def test_runs_of_one_service_show_no_change(before: RunFolder, alike: RunFolder) -> None:
    record = compare(Sides((before,), (alike,)), LeastEffects(0.2, 0.05, 0.2, 5))
    assert record.verdict is ChangeVerdict.NO_CHANGE
    assert "whatever changed" in record.reasons[0]
    assert {change.verdict for change in record.changes if change.decides} == {ChangeVerdict.NO_CHANGE}


def test_thin_evidence_is_not_proven_and_says_what_would_tell(before: RunFolder, alike: RunFolder) -> None:
    record = compare(Sides((before,), (alike,)), LeastEffects(latency=0.001))
    assert record.verdict is ChangeVerdict.NOT_PROVEN
    assert record.verdict.exit_code == 3
    open_ones = [change for change in record.changes if change.verdict is ChangeVerdict.NOT_PROVEN]
    assert all(change.needs for change in open_ones)
    assert not any(change.verdict is ChangeVerdict.REGRESSED for change in record.changes)


def test_a_slower_operation_and_a_later_recovery_are_found_where_they_are(
    before: RunFolder, slower: RunFolder
) -> None:
    record = compare(Sides((before,), (slower,)))
    assert record.verdict is ChangeVerdict.REGRESSED
    assert record.verdict.exit_code == 1
    p50 = one(record, Figure.LATENCY, Scope(operation="get"), 0.5)
    assert p50.verdict is ChangeVerdict.REGRESSED
    assert p50.effect == pytest.approx(0.3, abs=0.03)
    assert p50.low is not None
    assert p50.high is not None
    assert p50.low < 0.3 < p50.high
    assert one(record, Figure.LATENCY, Scope(operation="search"), 0.5).verdict is not ChangeVerdict.REGRESSED
    recovery = one(record, Figure.RECOVERY, Scope(fault="postgres-down", objective="available"))
    assert recovery.verdict is ChangeVerdict.REGRESSED
    assert recovery.effect == pytest.approx(8.4, abs=0.5)
    under = one(record, Figure.LATENCY, Scope(operation="get", phase=None, fault="postgres-down"), 0.5)
    assert (under.verdict, under.decides) == (ChangeVerdict.REGRESSED, False)


def test_the_other_way_round_it_improved(before: RunFolder, slower: RunFolder) -> None:
    record = compare(Sides((slower,), (before,)), LeastEffects(latency=0.15))
    p50 = one(record, Figure.LATENCY, Scope(operation="get"), 0.5)
    assert p50.verdict is ChangeVerdict.IMPROVED
    assert p50.effect == pytest.approx(1 / 1.3 - 1, abs=0.03)
    assert record.verdict is not ChangeVerdict.REGRESSED
    assert record.verdict.exit_code in {0, 3}


def test_what_is_known_of_runs_is_told_and_bounds_their_latency_alone(
    before: RunFolder, slower: RunFolder
) -> None:
    record = compare(Sides((before,), (slower,), latency_spread=0.3))
    assert record.latency_spread == 0.3
    assert any("differ from run to run by 30.0%" in told for told in record.method)
    p50 = one(record, Figure.LATENCY, Scope(operation="get"), 0.5)
    assert p50.verdict is ChangeVerdict.NOT_PROVEN
    recovery = one(record, Figure.RECOVERY, Scope(fault="postgres-down", objective="available"))
    assert recovery.verdict is ChangeVerdict.REGRESSED


def test_several_runs_a_side_are_compared_together(
    before: RunFolder, alike: RunFolder, slower: RunFolder
) -> None:
    record = compare(Sides((before, alike), (slower,)))
    p50 = one(record, Figure.LATENCY, Scope(operation="get"), 0.5)
    assert (len(p50.before), len(p50.after), p50.verdict) == (2, 1, ChangeVerdict.REGRESSED)
    assert "from run to run" in record.method[-1]


def other(change: Callable[[RunRecord], RunRecord]) -> RunRecord:
    return change(run_record(shop_requests(2), 61))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("scenario", lambda run: replace(run, scenario="another")),
        ("seeds", lambda run: replace(run, seeds={"arrivals": 2})),
        ("target", lambda run: replace(run, target="http://127.0.0.1:1")),
        ("experiments", lambda run: replace(run, experiments=("postgres-down",))),
    ],
)
def test_runs_that_differ_in_what_was_asked_never_show_no_regression(
    before: RunFolder, tmp_path: Path, name: str, change: Callable[[RunRecord], RunRecord]
) -> None:
    differing = write_shop_run(tmp_path / name, shop_requests(2), other(change))
    record = compare(Sides((before,), (differing,)), LeastEffects(0.2, 0.05, 0.2, 5))
    assert (record.verdict, record.verdict.exit_code) == (ChangeVerdict.INVALID, 4)
    assert record.changes == ()
    assert f"not the same {name}" in record.reasons[0]
    accepted = compare(Sides((before,), (differing,)), LeastEffects(0.2, 0.05, 0.2, 5), frozenset({name}))
    assert accepted.verdict is ChangeVerdict.NO_CHANGE
    assert [(one.name, one.accepted) for one in accepted.differences] == [(name, True)]


def test_another_rate_cannot_be_compared(before: RunFolder, tmp_path: Path) -> None:
    half = shop_requests(2)[::2]
    halved = [replace(record, sequence=number) for number, record in enumerate(half)]
    record = compare(Sides((before,), (write_shop_run(tmp_path / "half", halved),)))
    assert record.verdict is ChangeVerdict.INVALID
    assert {one.name for one in record.differences if one.bars} == {"arrivals", "rate"}


def test_an_unsound_run_is_never_compared(before: RunFolder, tmp_path: Path) -> None:
    lost = shop_requests(2)
    run = run_record(lost, 61)
    del lost[100:200]
    unsound = write_shop_run(tmp_path / "unsound", lost, run)
    record = compare(Sides((before,), (unsound,)), LeastEffects(0.2, 0.05, 0.2, 5))
    assert record.verdict is ChangeVerdict.INVALID
    assert "unsound is no evidence" in record.reasons[0]


def test_a_run_without_a_verdict_is_compared_as_far_as_it_goes(before: RunFolder, tmp_path: Path) -> None:
    unjudged = write_shop_run(tmp_path / "unjudged", shop_requests(2), judged=False)
    record = compare(Sides((before,), (unjudged,)), LeastEffects(0.2, 0.05, 0.2, 5))
    assert record.verdict is ChangeVerdict.NO_CHANGE
    assert record.gaps == ("unjudged was not judged: recovery and contract are not compared",)


def test_a_run_killed_in_its_middle_is_invalid(before: RunFolder, tmp_path: Path) -> None:
    records = shop_requests(2)
    run = replace(run_record(records, 61), ended_ns=None, started_ns=run_record(records).started_ns - S)
    record = compare(Sides((before,), (write_shop_run(tmp_path / "killed", records, run),)))
    assert record.verdict is ChangeVerdict.INVALID


CELL = ContractCell(
    "postgres-down", "get", "is available", "100%", 100, CellVerdict.PROVED, "availability", demanded=True
)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (CellVerdict.PROVED, CellVerdict.VIOLATED, ChangeVerdict.REGRESSED),
        (CellVerdict.VIOLATED, CellVerdict.PROVED, ChangeVerdict.IMPROVED),
        (CellVerdict.PROVED, CellVerdict.PROVED, ChangeVerdict.NO_CHANGE),
        (CellVerdict.VIOLATED, CellVerdict.VIOLATED, ChangeVerdict.NO_CHANGE),
        (CellVerdict.PROVED, CellVerdict.NOT_EXERCISED, ChangeVerdict.NOT_PROVEN),
        (CellVerdict.NOT_EXERCISED, CellVerdict.VIOLATED, ChangeVerdict.NOT_PROVEN),
    ],
)
def test_a_promise_changes_with_its_verdict(
    alike: RunFolder, before: CellVerdict, after: CellVerdict, verdict: ChangeVerdict
) -> None:
    record = alike.read_verdict()
    first, second = (replace(record, contract=(replace(CELL, verdict=one),)) for one in (before, after))
    (changed,) = cell_changes([first], [second])
    assert (changed.verdict, changed.decides) == (verdict, True)


def test_a_promise_that_no_run_put_to_the_test_is_not_told(alike: RunFolder) -> None:
    record = replace(alike.read_verdict(), contract=(replace(CELL, verdict=CellVerdict.NOT_EXERCISED),))
    assert cell_changes([record], [record]) == ()
