"""Local times: what the clocks of a zone show twice or never is refused; all else is an instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slo.tables.mapping import TableMapping
from slo.tables.zone_clock import clock_changes, is_unclear, since_1970
from tests.slo.tables.tables import refused, written

BERLIN = TableMapping(time_zone="Europe/Berlin")
BY_FORMAT = replace(BERLIN, time_format="%d.%m.%Y %H:%M")
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "UTC",
)


def shown_at(text: str) -> datetime:
    """What a clock shows."""
    return datetime.fromisoformat(text)


def since_1970_ns(instant: datetime) -> int:
    """An instant as tables have it."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


def test_clocks_change_twice_a_year_where_there_is_summer_time() -> None:
    changes = [one for one in clock_changes("Europe/Berlin") if 1_767_225_600 <= one.at_s < 1_798_761_600]
    assert [datetime.fromtimestamp(one.at_s, UTC) for one in changes] == [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
    ]
    assert [one.repeats for one in changes] == [False, True]
    assert clock_changes("UTC") == clock_changes("Etc/GMT-1") == ()


@settings(max_examples=25)
@given(st.sampled_from(ZONES), st.datetimes(shown_at("2000-01-02"), shown_at("2099-12-30")))
@example("Europe/Berlin", shown_at("2026-10-25T02:00"))
@example("Europe/Berlin", shown_at("2026-10-25T02:59:59.999999"))
@example("Europe/Berlin", shown_at("2026-10-25T03:00"))
@example("Europe/Berlin", shown_at("2026-03-29T02:00"))
@example("Europe/Berlin", shown_at("2026-03-29T03:00"))
@example("Australia/Lord_Howe", shown_at("2026-04-05T01:45"))
def test_a_local_time_is_one_instant_or_unclear(zone: str, shown: datetime) -> None:
    # PEP 495: where both folds have one offset there is one instant; where coming back from both shows the
    # same again, it is shown twice.
    local = [shown.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1)]
    instants = {one.astimezone(UTC) for one in local}
    back = {one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in instants}
    unclear = len(instants) == 2
    clock_ns = since_1970_ns(shown.replace(tzinfo=UTC))
    asked = ", ".join(
        (
            since_1970(zone, "shown"),
            is_unclear(zone, "shown", repeated=True),
            is_unclear(zone, "shown", repeated=False),
        )
    )
    told = duckdb.execute(f"SELECT {asked} FROM (SELECT {clock_ns}::BIGINT AS shown)").fetchone()  # noqa: S608 -- ours
    (first, *_) = instants
    instant_ns = since_1970_ns(first)
    assert told == (None if unclear else instant_ns, unclear and back == {shown}, unclear and back != {shown})


@pytest.mark.parametrize("kind", ["csv", "parquet", "format"])
@pytest.mark.parametrize(
    ("time", "told"),
    [
        (
            "2026-10-25 02:30:00",
            "row 2, columns.time (time): 1 row: '{}': the clocks of Europe/Berlin go b",
        ),
        (
            "2026-03-29 02:30:00",
            "row 2, columns.time (time): 1 row: '{}': the clocks of Europe/Berlin go f",
        ),
    ],
)
def test_times_that_clocks_show_twice_or_never_are_refused(
    tmp_path: Path, kind: str, time: str, told: str
) -> None:
    shown = time if kind != "format" else f"{datetime.fromisoformat(time):%d.%m.%Y %H:%M}"
    ok = "2026-10-25 03:00:00" if kind != "format" else "25.10.2026 03:00"
    file = written(tmp_path, [f"{ok},200", f"{shown},200"], "time,status")
    if kind == "parquet":
        file = tmp_path / "access.parquet"
        duckdb.execute(f"COPY (FROM '{tmp_path}/access.csv') TO '{file}'")
    message = refused(file, BERLIN if kind != "format" else BY_FORMAT)
    assert told.format(shown) in message
    assert "write all times with their offset, as 2026-10-25T02:30:00+02:00" in message
    assert message.count("row 2") == 1


def test_of_several_files_the_one_with_the_row_is_named(tmp_path: Path) -> None:
    for day in (24, 25, 26):
        rows = [f"2026-10-{day}T{hour:02d}:30:00,200" for hour in range(4)]
        written(tmp_path, rows, "time,status", f"day-{day}.csv")
    message = refused(f"{tmp_path}/day-*.csv", BERLIN)
    assert f"{tmp_path}/day-25.csv, row 3, columns.time (time): 1 row: '2026-10-25T02:30:00'" in message


def test_what_is_no_time_is_told_beside_what_is_unclear(tmp_path: Path) -> None:
    rows = ["2026-10-25T02:30:00,200", "2026-10-26T02:30:00,200", "soon,200", "2026-10-25T02:31:00,200"]
    message = refused(written(tmp_path, rows, "time,status"), BERLIN)
    assert "row 1, columns.time (time): 2 rows from there on: '2026-10-25T02:30:00', '2026-10-25" in message
    assert "row 3, columns.time (time): 1 row: 'soon': must be an instant" in message
