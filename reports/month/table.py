"""The CSV form: one line an objective and day, then one an objective for the month."""

import csv
from io import StringIO

from evidence.month_record import MonthObjective, MonthRecord
from evidence.verdict_record import Interval

HEADER = (
    "month",
    "time_zone",
    "objective",
    "service",
    "indicator",
    "target",
    "day",
    "state",
    "verdict",
    "good",
    "bad",
    "unknown",
    "total",
    "ratio",
    "budget",
    "budget_spent",
    "excluded",
    "missing_minutes",
    "low",
    "high",
    "level",
    "method",
    "question",
)
_ACTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula."""


def render_csv(record: MonthRecord) -> str:
    """The file's content, unrounded.

    For the month as a whole `day` is empty, and there are the verdict, the question that it answers (window,
    inference), and the bounds with the method that they were found by.
    """
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADER)
    for one in record.objectives:
        writer.writerows(_days(record, one))
        writer.writerow(_whole(record, one))
    return buffer.getvalue()


def _days(record: MonthRecord, one: MonthObjective) -> list[tuple[object, ...]]:
    return [
        (
            *_subject(record, one),
            day.date,
            day.state,
            "",
            day.good,
            day.bad,
            day.unknown,
            day.total,
            _number(day.ratio),
            "",
            "",
            day.excluded,
            day.missing_minutes,
            *("", "", "", "", ""),
        )
        for day in one.days
    ]


def _whole(record: MonthRecord, one: MonthObjective) -> tuple[object, ...]:
    result = one.result
    return (
        *_subject(record, one),
        "",
        "",
        result.verdict,
        result.good,
        result.bad,
        result.unknown,
        result.total,
        _number(result.ratio),
        _number(result.budget),
        _number(result.consumed),
        one.excluded,
        one.missing_minutes,
        *_bounds(result.interval),
        record.question,
    )


def _bounds(interval: Interval | None) -> tuple[str, str, str, str]:
    """Where the true ratio lies, how surely, and by which method that was found."""
    if interval is None:
        return "", "", "", ""
    return repr(interval.low), repr(interval.high), repr(interval.level), _plain(interval.method)


def _subject(record: MonthRecord, one: MonthObjective) -> tuple[object, ...]:
    result = one.result
    return (
        record.month,
        record.time_zone,
        _plain(result.name),
        _plain(result.service),
        result.indicator,
        repr(result.target),
    )


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_ACTS) else text
