from datetime import UTC, datetime

import pytest

from slo.months.month import InvalidMonth, read_month


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1_000_000_000


@pytest.mark.parametrize(
    ("written", "zone", "start", "end", "minutes", "odd_days"),
    [
        ("2026-11", "UTC", "2026-11-01T00:00Z", "2026-12-01T00:00Z", 43_200, {}),
        ("2028-02", "UTC", "2028-02-01T00:00Z", "2028-03-01T00:00Z", 41_760, {}),
        ("2026-12", "Asia/Kolkata", "2026-11-30T18:30Z", "2026-12-31T18:30Z", 44_640, {}),
        # Clocks go back on the 25th, and on in March.
        ("2026-10", "Europe/Berlin", "2026-09-30T22:00Z", "2026-10-31T23:00Z", 44_700, {25: 1500}),
        ("2026-03", "Europe/Berlin", "2026-02-28T23:00Z", "2026-03-31T22:00Z", 44_580, {29: 1380}),
        # A day that begins at one o'clock: clocks jump over its midnight.
        ("2018-11", "America/Sao_Paulo", "2018-11-01T03:00Z", "2018-12-01T02:00Z", 43_140, {4: 1380}),
    ],
)
def test_a_month_is_as_long_as_its_days(
    written: str, zone: str, start: str, end: str, minutes: int, odd_days: dict[int, int]
) -> None:
    month = read_month(written, zone)
    assert (month.span.start_ns, month.span.end_ns) == (instant(start), instant(end))
    assert month.minutes == minutes == sum(day.minutes for day in month.days)
    assert {day.date.day: day.minutes for day in month.days if day.minutes != 1440} == odd_days
    assert [day.date.day for day in month.days] == list(range(1, len(month.days) + 1))
    assert all(a.span.end_ns == b.span.start_ns for a, b in zip(month.days, month.days[1:], strict=False))


@pytest.mark.parametrize(
    ("written", "zone", "told"),
    [
        ("2026-13", "UTC", "as 2026-11"),
        ("november", "UTC", "as 2026-11"),
        ("2026-11-01", "UTC", "as 2026-11"),
        ("2026-11", "Berlin", "as Europe/Berlin"),
        ("2026-11", "../etc/passwd", "as Europe/Berlin"),
        ("0000-01", "UTC", "no month that can be counted"),
        ("9999-12", "UTC", "no month that can be counted"),
        ("1850-01", "Europe/Berlin", "take a later month"),
    ],
)
def test_what_is_no_month_is_told(written: str, zone: str, told: str) -> None:
    with pytest.raises(InvalidMonth, match=told):
        read_month(written, zone)
