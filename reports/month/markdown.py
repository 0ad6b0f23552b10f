"""The Markdown form: fits a wiki page, or a pull-request comment."""

from collections.abc import Iterable, Sequence

from evidence.month_record import DayState, MonthObjective, MonthRecord
from evidence.verdict_record import Verdict
from reports.markdown import MOST_ROWS, fitted, plain, table
from reports.month import words
from reports.numbers import (
    NOTHING,
    format_budget,
    format_count,
    format_ratio,
    format_share,
    format_target,
)
from reports.objectives_view import promise, subject
from reports.palette import SYMBOLS

_MARKS = {Verdict.MET: "✅", Verdict.MISSED: "❌", Verdict.NOT_PROVEN: "❔", Verdict.INVALID: "⚠️"}


def render_markdown(record: MonthRecord) -> str:
    """The file's content."""
    parts = [
        f"## {_MARKS[record.verdict]} {record.verdict}: {words.title(record)}",
        f"{words.meaning(record)} {words.QUESTIONS[record.question]}",
        _bullets(record.reasons),
        _objectives(record),
        _days(record),
        _listed("Left out as maintenance", _maintenance(record)),
        _listed("Without evidence", _gaps(record)),
        _listed("Sources", _sources(record)),
        _listed("To know", record.notes),
        f"<sub>Days and months by {plain(record.time_zone)}.</sub>",
    ]
    return fitted(parts)


def _objectives(record: MonthRecord) -> str:
    rows = [
        (
            f"{SYMBOLS[one.result.verdict]} {one.result.verdict}",
            plain(subject(one.result)),
            plain(promise(one.result)),
            "yes" if one.result.demanded else "no",
            format_target(one.result.target),
            format_ratio(one.result.ratio, one.result.target),
            f"{format_count(one.result.bad)} / {format_budget(one.result.budget)}",
            format_share(one.result.consumed),
            _spent(one),
            _excluded(one),
            words.evidence_told(one),
        )
        for one in words.ordered(record)[:MOST_ROWS]
    ]
    head = (
        "Verdict",
        "Tier",
        "Promise",
        "Demanded",
        "Target",
        "Observed",
        "Bad / allowed",
        "Spent",
        "Minutes spent of",
        "In maintenance",
        "Evidence",
    )
    return "### Objectives over the month\n\n" + table(head, "llllrrrrrrl", rows)


def _spent(one: MonthObjective) -> str:
    spent = NOTHING if one.minutes_spent is None else words.minutes(one.minutes_spent)
    return f"{spent} / {words.minutes(one.minutes_allowed)}"


def _days(record: MonthRecord) -> str:
    """A row a day that is not as it should be; a month of good days needs none."""
    rows = [
        (
            day.date,
            plain(one.result.name),
            words.day_told(day),
            format_ratio(day.ratio, one.result.target),
            format_count(day.bad),
            format_count(day.total),
        )
        for one in words.ordered(record)
        for day in one.days
        if day.state in {DayState.MISSING, DayState.PARTLY}
        or (day.total and (day.ratio is None or day.ratio < one.result.target))
    ]
    if not rows:
        return ""
    more = len(rows) - MOST_ROWS
    tail = f"\n\n…and {format_count(more)} more in the report." if more > 0 else ""
    head = ("Day", "Objective", "Evidence", "Observed", "Bad", "Requests")
    tabled = table(head, "lllrrr", rows[:MOST_ROWS])
    return f"### Days below a target, or without all evidence\n\n{tabled}{tail}"


def _gaps(record: MonthRecord) -> Iterable[str]:
    all_gaps = dict.fromkeys(gap for one in record.objectives for gap in one.gaps)
    return (words.gap_told(gap, record.time_zone) for gap in all_gaps)


def _maintenance(record: MonthRecord) -> Iterable[str]:
    return (words.maintenance_told(use, record) for use in record.maintenance)


def _excluded(one: MonthObjective) -> str:
    if not one.excluded:
        return NOTHING
    return f"{format_count(one.excluded)} ({format_count(one.excluded_bad)} bad)"


def _sources(record: MonthRecord) -> Iterable[str]:
    for source in record.sources:
        used = f"{format_count(source.requests)} requests" if source.used else "not used"
        reasons = f": {'; '.join(source.reasons)}" if source.reasons else ""
        yield f"{source.kind} {source.name}, {used}{reasons}"


def _listed(heading: str, lines: Iterable[str]) -> str:
    shown = tuple(lines)
    return f"### {heading}\n\n{_bullets(shown)}" if shown else ""


def _bullets(lines: Sequence[str]) -> str:
    shown = [f"- {plain(line)}" for line in lines[:MOST_ROWS]]
    if len(lines) > MOST_ROWS:
        shown.append(f"- …and {format_count(len(lines) - MOST_ROWS)} more in the report")
    return "\n".join(shown)
