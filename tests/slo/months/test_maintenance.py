from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from slo.months.maintenance import read_maintenance


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "maintenance.yaml"
    file.write_text(text)
    return file


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1_000_000_000


def test_windows_are_read_in_the_order_of_time(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
time_zone: Europe/Berlin
windows:
  - {start: 2026-11-15 02:00:00, end: 2026-11-15 03:30:00, reason: index rebuild}
  - {start: 2026-11-08T02:00:00+00:00, end: 2026-11-08T03:00:00Z, reason: disks, announced: 2026-11-01 09:00}
""",
    )
    first, second = read_maintenance(file)
    assert (first.reason, first.start_ns, first.end_ns, first.announced_ns) == (
        "disks",
        instant("2026-11-08T02:00Z"),
        instant("2026-11-08T03:00Z"),
        instant("2026-11-01T08:00Z"),
    )
    assert (second.start_ns, second.announced_ns) == (instant("2026-11-15T01:00Z"), None)


def test_windows_that_touch_do_not_overlap(tmp_path: Path) -> None:
    one = "{start: 2026-11-08T02:00:00Z, end: 2026-11-08T03:00:00Z, reason: a}"
    next_one = "{start: 2026-11-08T03:00:00Z, end: 2026-11-08T04:00:00Z, reason: b}"
    assert len(read_maintenance(written(tmp_path, f"windows: [{one}, {next_one}]"))) == 2


@pytest.mark.parametrize(
    ("text", "where", "told"),
    [
        (
            "windows: [{start: 2026-11-08 02:00:00, end: 2026-11-08T03:00:00Z, reason: a}]",
            "start",
            "needs a zone",
        ),
        (
            "windows: [{start: 2026-11-08T02:00:00Z, end: 2026-11-08T02:00:00Z, reason: a}]",
            "end",
            "after the start",
        ),
        (
            "windows: [{start: 2026-11-08T02:00:30Z, end: 2026-11-08T03:00:00Z, reason: a}]",
            "start",
            "whole minute",
        ),
        (
            "windows: [{start: 2026-11-08T02:00:00Z, end: 2026-11-08T03:00:00Z, reason: ''}]",
            "reason",
            "at least 1",
        ),
        ("windows: [{start: 2026-11-08T02:00:00Z, end: 2026-11-08T03:00:00Z}]", "reason", "Field required"),
        ("windows: [{start: tomorrow, end: 2026-11-08T03:00:00Z, reason: a}]", "start", "datetime"),
        (
            "windows: [{start: 2026-11-08T02:00:00Z, end: 2026-11-08T03:00:00Z, reason: a, why: b}]",
            "why",
            "Unexpected keyword",
        ),
        (
            "windows: [{start: 2026-11-08T02:00:00Z, end: 2026-11-08T03:00:00Z, reason: a,"
            " announced: 2026-11-08T02:01:00Z}]",
            "announced",
            "is an outage",
        ),
        (
            "windows: [{start: 2026-11-08T02:00:00Z, end: 2026-11-08T04:00:00Z, reason: a},"
            " {start: 2026-11-08T03:00:00Z, end: 2026-11-08T05:00:00Z, reason: b}]",
            "windows[1]",
            "overlaps windows[0] by 60 min",
        ),
        (
            "time_zone: Europe/Berlin\nwindows:\n"
            "- {start: 2026-10-25 02:30:00, end: 2026-10-25 04:00:00, reason: a}",
            "start",
            "skip it or show it twice",
        ),
        (
            "time_zone: Europe/Berlin\nwindows:\n"
            "- {start: 2026-03-29 01:00:00, end: 2026-03-29 02:30:00, reason: a}",
            "end",
            "skip it or show it twice",
        ),
        ("time_zone: Mars\nwindows: []", "time_zone", "IANA"),
        ("windows: []\nwindows: []", "", "named twice"),
        ("[]", "", "must be"),
    ],
)
def test_a_window_that_is_not_clear_is_refused_with_its_place(
    tmp_path: Path, text: str, where: str, told: str
) -> None:
    with pytest.raises(InvalidFile) as raised:
        read_maintenance(written(tmp_path, text))
    (problem,) = raised.value.problems
    assert where in problem.where
    assert told in str(problem) or told == "must be"


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = """
windows:
  - {start: 2026-11-08 02:00:00, end: 2026-11-08T03:00:00Z, reason: a}
  - {start: 2026-11-09T02:00:00Z, end: 2026-11-09T01:00:00Z, reason: b}
"""
    with pytest.raises(InvalidFile) as raised:
        read_maintenance(written(tmp_path, text))
    assert len(raised.value.problems) == 2
