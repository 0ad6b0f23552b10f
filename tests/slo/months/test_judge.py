"""A month from real run folders and tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.month_record import DayState, MonthRecord, SourceKind
from evidence.verdict_record import Verdict
from slo.evaluate import UnknownDemand
from slo.months.grid import lay_grid
from slo.months.judge import MonthDemands, MonthQuestion, judge_month
from slo.months.maintenance import MaintenanceWindow
from slo.months.month import InvalidMonth, read_month
from slo.months.sources import Named, count_sources
from slo.promise import Budgeting, Indicator, Objective, Slices
from tests.slo.runs import START_NS, S, phase, run_record, steady, with_bad, write_run

AVAILABLE = Objective("available", "shop", Indicator.AVAILABILITY, 0.99)
FAST = Objective("fast", "shop", Indicator.LATENCY, 0.9, threshold_ms=100)
MONTH_START = datetime(2027, 1, 1, tzinfo=UTC)
NOW_NS = int(datetime(2027, 2, 1, tzinfo=UTC).timestamp()) * S


def ns(at: datetime) -> int:
    return int(at.timestamp()) * S


def month_of(
    named: Named,
    *,
    windows: tuple[MaintenanceWindow, ...] = (),
    objectives: tuple[Objective, ...] = (AVAILABLE,),
    question: MonthQuestion = "window",
    now_ns: int = NOW_NS,
    zone: str = "UTC",
) -> MonthRecord:
    grid = lay_grid(read_month("2027-01", zone), windows, now_ns)
    counted = count_sources(named, objectives, grid, now_ns)
    demands = MonthDemands(frozenset(one.name for one in objectives), question)
    return judge_month(grid, counted, windows, demands, now_ns)


def table(
    tmp_path: Path,
    *,
    bad: frozenset[datetime] = frozenset(),
    without: frozenset[int] = frozenset(),
    until: datetime = MONTH_START + timedelta(days=31, minutes=20),
) -> str:
    """A request every ten minutes of January, on all days but those `without`; those at `bad` failed."""
    rows = ["timestamp,status,latency_ms"]
    at = MONTH_START - timedelta(minutes=20)
    while at < until:
        if at.day not in without or at.month != 1:
            rows.append(f"{at.isoformat()},{503 if at in bad else 200},50")
        at += timedelta(minutes=10)
    file = tmp_path / "january.csv"
    file.write_text("\n".join(rows) + "\n")
    return str(file)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=UTC)


def test_an_objective_that_no_month_can_tell_is_refused_and_never_counted_as_requests(tmp_path: Path) -> None:
    full = Objective("full", "shop", Indicator.QUALITY, 0.99)
    with pytest.raises(InvalidMonth, match="objective full: quality is judged of a run"):
        month_of(Named(tables=(table(tmp_path),)), objectives=(AVAILABLE, full))


def test_a_whole_month_of_a_log_is_judged_by_arithmetic(tmp_path: Path) -> None:
    bad = frozenset({at(5, 10), at(5, 11), at(9, 0, 10)})
    record = month_of(Named(tables=(table(tmp_path, bad=bad),)))
    (one,) = record.objectives
    assert (record.verdict, one.result.total, one.result.bad) == (Verdict.MET, 31 * 144, 3)
    assert one.left == pytest.approx(44.64 - 3)
    assert one.minutes_allowed == pytest.approx(446.4)
    assert one.minutes_spent == pytest.approx(446.4 * 3 / 44.64)
    assert {day.date: day.bad for day in one.days if day.bad} == {"2027-01-05": 2, "2027-01-09": 1}
    assert {day.state for day in one.days} == {DayState.WHOLE}
    assert record.sources[0].outside == 4
    assert "4 requests of the sources lie before or after the month" in record.notes[0]


def test_a_day_without_evidence_is_told_and_never_green(tmp_path: Path) -> None:
    record = month_of(Named(tables=(table(tmp_path, without=frozenset({13, 14})),)))
    (one,) = record.objectives
    assert record.verdict is Verdict.NOT_PROVEN
    assert [day.date for day in one.days if day.state is DayState.MISSING] == ["2027-01-13", "2027-01-14"]
    assert [(gap.start_ns, gap.end_ns) for gap in one.gaps] == [(ns(at(12, 23, 51)), ns(at(15)))]
    assert "2,889 of the month's 44,640 minutes lack evidence" in record.reasons[0]


def test_requests_in_maintenance_are_left_out_counted_and_told(tmp_path: Path) -> None:
    bad = frozenset(at(8, 2, minute) for minute in range(0, 60, 10)) | {at(8, 1, 50), at(8, 3)}
    source = table(tmp_path, bad=bad)
    window = MaintenanceWindow(ns(at(8, 2)), ns(at(8, 3)), "disks")
    record = month_of(Named(tables=(source,)), windows=(window,))
    (one,) = record.objectives
    # The window has its start, and not its end.
    assert (one.excluded, one.excluded_bad, one.result.bad, one.result.total) == (6, 6, 2, 31 * 144 - 6)
    assert one.days[7].excluded == 6
    assert one.minutes_allowed == pytest.approx(445.8)
    assert record.maintenance[0].minutes == 60


def test_days_are_those_of_the_time_zone(tmp_path: Path) -> None:
    source = table(tmp_path, bad=frozenset({at(5, 23, 30)}))
    record = month_of(Named(tables=(source,)), zone="Europe/Berlin")
    (one,) = record.objectives
    assert {day.date for day in one.days if day.bad} == {"2027-01-06"}
    # January in Berlin began before the first row, and ended at 23:00 UTC.
    assert record.sources[0].outside == 6 + 2


def test_a_month_that_goes_on_is_told_as_far_as_it_is(tmp_path: Path) -> None:
    source = table(tmp_path, until=at(11))
    record = month_of(Named(tables=(source,)), now_ns=ns(at(11)))
    (one,) = record.objectives
    assert (record.verdict, one.missing_minutes, one.to_come_minutes) == (Verdict.NOT_PROVEN, 0, 21 * 1440)
    assert [day.state for day in one.days].count(DayState.TO_COME) == 21
    with pytest.raises(InvalidMonth, match="January 2027 has not begun"):
        month_of(Named(tables=(source,)), now_ns=ns(at(1)))


def test_slices_of_time_are_counted_over_a_month_too(tmp_path: Path) -> None:
    slices = Objective(
        "hours",
        "shop",
        Indicator.AVAILABILITY,
        0.99,
        budgeting=Budgeting.TIMESLICES,
        slices=Slices(3600, 0.9),
    )
    bad = frozenset({at(5, 10), at(5, 10, 10), at(6, 4)})
    record = month_of(Named(tables=(table(tmp_path, bad=bad),)), objectives=(slices,))
    (one,) = record.objectives
    assert (one.result.total, one.result.bad) == (744, 2)


def test_a_table_that_is_no_evidence_makes_the_month_invalid_where_it_is_all_that_there_is(
    tmp_path: Path,
) -> None:
    source = table(tmp_path)
    record = month_of(Named(tables=(source,)), now_ns=ns(at(20)))
    assert record.verdict is Verdict.INVALID
    assert "still to come" in record.reasons[0]


def test_runs_are_samples_and_an_invalid_one_is_left_out_with_its_reason(tmp_path: Path) -> None:
    sound = write_run(tmp_path / "sound", with_bad(steady(3000), 5), phase("baseline", 0, 100))
    killed = steady(500)
    cut = write_run(
        tmp_path / "cut",
        killed,
        phase("baseline", 0, 100),
        run=replace(run_record(killed), id="another", ended_ns=None),
    )
    record = month_of(Named(runs=(sound.path, cut.path)), question="inference", objectives=(AVAILABLE, FAST))
    used, left_out = record.sources
    assert (used.used, used.requests, used.kind) == (True, 3000, SourceKind.RUN)
    assert (left_out.used, left_out.invalid, left_out.requests) == (False, True, 0)
    assert "never ended" in left_out.reasons[0]
    assert record.verdict is Verdict.NOT_PROVEN
    assert any("is left out: the run never ended" in reason for reason in record.reasons)
    assert [one.result.total for one in record.objectives] == [3000, 3000]
    # One day of 31 has evidence.
    assert [day.date for day in record.objectives[0].days if day.state is not DayState.MISSING] == [
        "2027-01-15"
    ]
    assert record.objectives[0].result.interval is not None


def test_only_invalid_runs_are_an_invalid_month(tmp_path: Path) -> None:
    killed = steady(500)
    cut = write_run(tmp_path, killed, run=replace(run_record(killed), ended_ns=None))
    assert month_of(Named(runs=(cut.path,))).verdict is Verdict.INVALID


def test_a_run_of_another_month_is_told_and_proves_nothing(tmp_path: Path) -> None:
    run = write_run(tmp_path, steady(100))
    grid = lay_grid(read_month("2026-12", "UTC"), (), NOW_NS)
    counted = count_sources(Named(runs=(run.path,)), (AVAILABLE,), grid, NOW_NS)
    record = judge_month(grid, counted, (), MonthDemands(frozenset({"available"}), "window"), NOW_NS)
    assert (record.verdict, record.sources[0].used, record.sources[0].outside) == (
        Verdict.NOT_PROVEN,
        False,
        100,
    )
    assert "none of its requests that count is in December 2026" in record.sources[0].reasons[0]


def test_what_is_named_twice_would_count_twice(tmp_path: Path) -> None:
    run = write_run(tmp_path, steady(100))
    with pytest.raises(InvalidMonth, match="named twice"):
        month_of(Named(runs=(run.path, run.path)))
    source = table(tmp_path)
    for again in (source, f"{tmp_path}/*.csv"):
        with pytest.raises(InvalidFile, match="named twice"):
            month_of(Named(tables=(source, again)))


def test_a_demand_that_no_file_holds_is_refused(tmp_path: Path) -> None:
    grid = lay_grid(read_month("2027-01", "UTC"), (), NOW_NS)
    counted = count_sources(Named(tables=(table(tmp_path),)), (AVAILABLE,), grid, NOW_NS)
    with pytest.raises(UnknownDemand, match="available"):
        judge_month(grid, counted, (), MonthDemands(frozenset({"other"}), "window"), NOW_NS)


def test_a_whole_run_that_failed_is_chance_among_runs(tmp_path: Path) -> None:
    """Ten runs, one of which failed throughout: bounds know that the next may, too."""
    runs = []
    for number in range(10):
        records = [replace(one, intended_ns=one.intended_ns + number * 86_400 * S) for one in steady(200)]
        records = [
            replace(one, started_ns=one.intended_ns, ended_ns=one.intended_ns + 10_000_000) for one in records
        ]
        shift = number * 86_400 * S
        run = run_record(records)
        run = replace(
            run,
            id=f"run-{number}",
            started_ns=run.started_ns + shift,
            load_start_ns=START_NS + shift,
            ended_ns=(run.ended_ns or 0) + shift,
        )
        bad = range(200) if number == 4 else ()
        runs.append(write_run(tmp_path / str(number), with_bad(records, *bad), run=run).path)
    record = month_of(Named(runs=tuple(runs)), question="inference")
    interval = record.objectives[0].result.interval
    assert interval is not None
    assert "bursts" in interval.method
    # Exact binomial bounds of 200 in 2,000 would be 0.889 to 0.911.
    assert interval.low < 0.8
    assert interval.high > 0.93
