"""A month that a watch looked at: where the watch was off nothing is known, and nothing is green."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence.month_record import DayState, MonthRecord
from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS, Outcome, RequestRecord
from evidence.run_folder import WATCH_MARK
from evidence.verdict_record import Verdict
from slo.months.grid import lay_grid
from slo.months.judge import MonthDemands, judge_month
from slo.months.month import read_month
from slo.months.sources import Named, count_sources
from slo.promise import Indicator, Objective
from tests.slo.runs import START_NS, S, request, run_record, write_run
from tests.slo.self_samples import readings

AVAILABLE = Objective("available", "shop", Indicator.AVAILABILITY, 0.9)
BEGIN = datetime(2027, 1, 1, tzinfo=UTC)
END = datetime(2027, 2, 1, tzinfo=UTC)
EVERY = timedelta(minutes=2)
"""Between probes: ten of them are twenty minutes."""
_PAUSE_S: list[float] = []


def ns(at: datetime) -> int:
    return int(at.timestamp()) * S


def probes(begin: datetime, end: datetime) -> list[RequestRecord]:
    """One every two minutes."""
    count = int((end - begin) / EVERY)
    first_ms = (ns(begin) - START_NS) / 1e6
    return [request(number, first_ms + number * EVERY.total_seconds() * 1000) for number in range(count)]


def part(
    folder: Path, records: list[RequestRecord], *, ended: bool = True, scheduled: int | None = None
) -> Path:
    """A run folder of a watch, of these records."""
    begin_ns, end_ns = records[0].intended_ns, records[-1].intended_ns + S
    run = replace(
        run_record(records),
        started_ns=begin_ns - S,
        load_start_ns=begin_ns,
        ended_ns=end_ns if ended else None,
    )
    if scheduled is not None:
        run = replace(run, scheduled=(replace(run.scheduled[0], arrivals=scheduled),))
    made = write_run(folder, records, run=run, samples=readings(begin_ns, 1))
    (made.path / WATCH_MARK).touch()
    return made.path


def month_of(runs: Iterable[Path], now: datetime = END) -> MonthRecord:
    grid = lay_grid(read_month("2027-01", "UTC"), (), ns(now))
    counted = count_sources(Named(tuple(runs)), (AVAILABLE,), grid, ns(now), _PAUSE_S.append)
    return judge_month(grid, counted, (), MonthDemands(frozenset({"available"}), "inference"), ns(now))


def test_a_month_of_days_with_seconds_between_them_is_whole(tmp_path: Path) -> None:
    days = [BEGIN + timedelta(days=number) for number in range(31)]
    seconds = timedelta(seconds=20)
    record = month_of(
        part(tmp_path / str(day.day), probes(day + seconds, day + timedelta(days=1))) for day in days
    )
    (one,) = record.objectives
    assert (record.verdict, one.missing_minutes) == (Verdict.MET, 0)
    assert {day.state for day in one.days} == {DayState.WHOLE}


def test_hours_in_which_the_watch_was_off_are_missing_and_the_month_is_not_met(tmp_path: Path) -> None:
    off, on = BEGIN + timedelta(days=9, hours=8), BEGIN + timedelta(days=9, hours=13)
    record = month_of(
        (part(tmp_path / "before", probes(BEGIN, off)), part(tmp_path / "after", probes(on, END)))
    )
    (one,) = record.objectives
    assert record.verdict is Verdict.NOT_PROVEN
    (gap,) = one.gaps
    assert ns(off) - 2 * 60 * S <= gap.start_ns <= ns(off)
    assert gap.end_ns == ns(on)
    assert [day.date for day in one.days if day.state is DayState.PARTLY] == ["2027-01-10"]
    # Other runs say nothing of the time between them, and a watch beside them does.
    assert one.missing_minutes == pytest.approx(300, abs=3)


def test_a_part_that_goes_on_counts_up_to_its_first_lacking_record(tmp_path: Path) -> None:
    now = BEGIN + timedelta(days=12)
    records = probes(BEGIN, now)
    folder = tmp_path / "part"
    # The writer of the last ones is there yet: an answer is awaited, later ones have come.
    lacking = len(records) - 4
    run = part(folder, records[:1], ended=False, scheduled=31 * 720)
    for file in (run / REQUESTS.folder).iterdir():
        file.unlink()
    writer = RecordWriter(run, REQUESTS, "worker-0")
    with writer:
        writer.extend(record for record in records if record.sequence != lacking)
        writer.flush()
        record = month_of((run,), now)
        (one,) = record.objectives
        assert one.result.total == lacking - 1
        assert record.sources[0].used
        assert "counted is what was asked before 2027-01-12 23:50:00 UTC" in (record.sources[0].reasons[0])
        assert record.verdict is Verdict.NOT_PROVEN
    assert _PAUSE_S
    assert not list(run.glob("requests/*.parquet.*"))


def test_what_a_killed_part_has_whole_counts_with_its_bad_requests_and_the_rest_is_a_gap(
    tmp_path: Path,
) -> None:
    killed_at = BEGIN + timedelta(days=20)
    records = probes(BEGIN, killed_at)
    records[-2] = replace(records[-2], outcome=Outcome.FAILED, status=503)
    run = part(tmp_path / "killed", records, ended=False, scheduled=31 * 720)
    record = month_of((run, part(tmp_path / "next", probes(killed_at + timedelta(hours=2), END))))
    (one,) = record.objectives
    # Of the last one nobody knows whether others were asked at the same instant.
    assert (one.result.bad, one.result.total) == (1, (31 * 24 - 2) * 30 - 1)
    assert [gap.minutes for gap in one.gaps] == [pytest.approx(120, abs=3)]
    assert record.verdict is Verdict.NOT_PROVEN


def test_a_run_that_is_no_part_of_a_watch_counts_only_if_it_ended(tmp_path: Path) -> None:
    run = part(tmp_path / "run", probes(BEGIN, END), ended=False)
    (run / WATCH_MARK).unlink()
    record = month_of((run,))
    assert record.verdict is Verdict.INVALID
    assert "the run never ended" in record.reasons[0]
