"""What all forms of a month's report say in the same words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from evidence.month_record import DayState, Gap, MaintenanceUse, MonthDay, MonthObjective, MonthRecord
from evidence.verdict_record import Verdict
from reports.numbers import NOTHING, format_count, format_duration, plural
from reports.objectives_view import whole_run

MEANINGS = {
    Verdict.MET: "Every promise that counts was kept this month, with evidence of all of it.",
    Verdict.MISSED: "At least one promise that counts was not kept this month.",
    Verdict.NOT_PROVEN: "Nothing was surely missed, but not every promise is shown to have been kept.",
    Verdict.INVALID: "What was recorded is not evidence: its figures decide nothing.",
}
QUESTIONS = {
    "window": "Did the month meet it? All requests that were counted decide, by arithmetic.",
    "inference": "Would the service meet it? What was counted is a sample of the month; bounds decide.",
}
SYMBOLS = {
    DayState.WHOLE: "●",
    DayState.PARTLY: "◐",
    DayState.MISSING: "○",
    DayState.MAINTENANCE: "◌",
    DayState.TO_COME: "·",
}
"""Beside the word, never instead of it."""


def meaning(record: MonthRecord) -> str:
    """What its verdict means. What maintenance took out of the month was not looked at."""
    if record.verdict is Verdict.MET and any(use.minutes for use in record.maintenance):
        return "Every promise that counts was kept outside maintenance, with evidence of all of that time."
    return MEANINGS[record.verdict]


def title(record: MonthRecord) -> str:
    """November 2026."""
    return f"{datetime.fromtimestamp(record.start_ns // 1_000_000_000, ZoneInfo(record.time_zone)):%B %Y}"


def local(at_ns: int, time_zone: str) -> str:
    """2026-11-08 02:00."""
    at = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).astimezone(ZoneInfo(time_zone))
    return f"{at:%Y-%m-%d %H:%M}"


def ordered(record: MonthRecord) -> tuple[MonthObjective, ...]:
    """Demanded ones first, then by indicator, the strictest promise first."""
    by_name = {one.result.name: one for one in record.objectives}
    return tuple(by_name[result.name] for result in whole_run([one.result for one in record.objectives]))


def minutes(count: float) -> str:
    """21.6 min; over two hours, hours; over two days, days."""
    if abs(count) < 120:
        return f"{count:,.1f} min".replace(".0 min", " min")
    if abs(count) < 2880:
        return f"{count / 60:,.1f} h"
    return f"{count / 1440:,.1f} days"


def gap_told(gap: Gap, time_zone: str) -> str:
    """2026-11-08 02:00 to 2026-11-08 03:30 (1 h 30 min)."""
    length = format_duration(gap.minutes * 60)
    return f"{local(gap.start_ns, time_zone)} to {local(gap.end_ns, time_zone)} ({length})"


def maintenance_told(use: MaintenanceUse, record: MonthRecord) -> str:
    """When, how much of the month, and why."""
    when = f"{local(use.start_ns, record.time_zone)} to {local(use.end_ns, record.time_zone)}"
    took = f"{minutes(use.minutes)} left out" if use.minutes else "outside the month, nothing left out"
    announced = "" if use.announced_ns is None else f", announced {local(use.announced_ns, record.time_zone)}"
    return f"{when}: {use.reason} ({took}{announced})"


def evidence_told(one: MonthObjective) -> str:
    """28 of 30 days whole."""
    counted = [day for day in one.days if day.state is not DayState.MAINTENANCE]
    whole = sum(day.state is DayState.WHOLE for day in counted)
    return f"{whole} of {plural(len(counted), 'day')} whole"


def day_told(day: MonthDay) -> str:
    """What is known of a day's evidence."""
    if day.state is DayState.PARTLY and day.missing_minutes:
        return f"{minutes(day.missing_minutes)} missing"
    return str(day.state)


def count_or_nothing(count: int) -> str:
    """0 is told as nothing where most are 0."""
    return format_count(count) if count else NOTHING
