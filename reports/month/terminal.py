"""A month in the terminal."""

from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from evidence.month_record import DayState, MonthObjective, MonthRecord
from evidence.verdict_record import Verdict
from reports.month import words
from reports.numbers import format_budget, format_count, format_ratio, format_share, format_target, readable
from reports.objectives_view import promise, subject
from reports.palette import SYMBOLS

_STYLES = {
    Verdict.MET: "green",
    Verdict.MISSED: "red",
    Verdict.NOT_PROVEN: "yellow",
    Verdict.INVALID: "magenta",
}
_MOST_REASONS, _MOST_GAPS = 10, 5


def render_month(record: MonthRecord, files: tuple[Path, ...] = ()) -> RenderableType:
    """Verdict, objectives, the days at a glance, what was left out and what is missing."""
    parts: list[RenderableType] = [_headline(record), _objectives(record), _budgets(record), _days(record)]
    for heading, lines in (
        ("Left out as maintenance", _maintenance(record)),
        ("Without evidence", _missing(record)),
        ("Sources that are not used", _unused(record)),
        ("To know", record.notes),
    ):
        if lines:
            parts.append(Text(heading, style="bold"))
            parts += [_text(f"  • {line}") for line in lines]
    for file in files:
        parts.append(Padding(Text(str(file), style="bold", overflow="fold"), (0, 1)))
    return Group(*parts)


def _headline(record: MonthRecord) -> RenderableType:
    style = _STYLES[record.verdict]
    lines = [Text(words.meaning(record)), _text(words.QUESTIONS[record.question], "dim")]
    lines += [_text(f"• {reason}") for reason in record.reasons[:_MOST_REASONS]]
    if len(record.reasons) > _MOST_REASONS:
        lines.append(Text(f"… and {len(record.reasons) - _MOST_REASONS} more in the report", style="dim"))
    heading = f" {SYMBOLS[record.verdict]} {record.verdict} "
    name = Text.assemble((heading, f"bold reverse {style}"), f" {words.title(record)}, {record.time_zone} ")
    return Panel(Group(*lines), title=name, title_align="left", border_style=style, padding=(1, 2))


def _objectives(record: MonthRecord) -> RenderableType:
    table = _table("Objectives over the month (* demanded)")
    for header in ("", "tier", "promise"):
        table.add_column(Text(header))
    for header in ("target", "observed", "bad/allowed"):
        table.add_column(Text(header), justify="right", no_wrap=True)
    for one in words.ordered(record):
        result = one.result
        verdict = f"{SYMBOLS[result.verdict]} {result.verdict}{'*' if result.demanded else ''}"
        table.add_row(
            Text(verdict, style=_STYLES[result.verdict], no_wrap=True),
            _text(subject(result)),
            _text(promise(result)),
            Text(format_target(result.target)),
            Text(format_ratio(result.ratio, result.target), style="bold"),
            Text(f"{format_count(result.bad)}/{format_budget(result.budget)}"),
        )
    return table


def _budgets(record: MonthRecord) -> RenderableType:
    table = _table("Error budgets of the month")
    table.add_column(Text("objective"))
    for header in ("spent", "minutes left"):
        table.add_column(Text(header), justify="right", no_wrap=True)
    for one in words.ordered(record):
        table.add_row(_text(one.result.name), Text(format_share(one.result.consumed)), Text(_left(one)))
    return table


def _left(one: MonthObjective) -> str:
    if one.minutes_spent is None:
        return "–"
    return f"{words.minutes(one.minutes_allowed - one.minutes_spent)} of {words.minutes(one.minutes_allowed)}"


def _days(record: MonthRecord) -> RenderableType:
    """A sign a day: whether its own ratio reached the target, or why there is none."""
    table = _table("Days: ✓ reached the target, ✗ did not, ? not known, ○ no evidence, ◐ some")
    table.add_column(Text("objective"))
    table.add_column(Text("1 to the last day"), no_wrap=True)
    table.add_column(Text("evidence"))
    for one in words.ordered(record):
        signs = Text()
        for day in one.days:
            if day.state in {DayState.WHOLE, DayState.PARTLY} and day.total:
                met = None if day.ratio is None else day.ratio >= one.result.target
                sign = "?" if met is None else "✓" if met else "✗"
                style = "yellow" if met is None else "green" if met else "red"
                signs.append("◐" if day.state is DayState.PARTLY and met else sign, style=style)
            else:
                signs.append(words.SYMBOLS[day.state], style="dim")
        table.add_row(_text(one.result.name), signs, Text(words.evidence_told(one)))
    return table


def _maintenance(record: MonthRecord) -> tuple[str, ...]:
    told = [words.maintenance_told(use, record) for use in record.maintenance]
    told += [
        f"{one.result.name}: {format_count(one.excluded)} requests left out, "
        f"{format_count(one.excluded_bad)} of them bad"
        for one in words.ordered(record)
        if one.excluded
    ]
    return tuple(told)


def _missing(record: MonthRecord) -> tuple[str, ...]:
    told: dict[str, None] = {}
    for one in record.objectives:
        for gap in one.gaps[:_MOST_GAPS]:
            told[words.gap_told(gap, record.time_zone)] = None
        if len(one.gaps) > _MOST_GAPS:
            told[f"… and {format_count(len(one.gaps) - _MOST_GAPS)} more gaps of {one.result.name}"] = None
    return tuple(told)


def _unused(record: MonthRecord) -> tuple[str, ...]:
    return tuple(
        f"{source.name}: {'; '.join(source.reasons)}" for source in record.sources if not source.used
    )


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        header_style="dim",
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def _text(text: str, style: str = "") -> Text:
    return Text(readable(text), style=style, overflow="fold")
