"""The verdict in the terminal."""

from collections import Counter
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from evidence.request_record import Outcome
from evidence.verdict_record import (
    CellVerdict,
    FaultEffect,
    ObjectiveResult,
    ValidityCheck,
    Verdict,
    VerdictRecord,
)
from reports.contract_view import contract_matrix, coverage_told
from reports.model import MEANINGS, NOT_EVIDENCE
from reports.numbers import (
    format_budget,
    format_count,
    format_ms,
    format_ratio,
    format_target,
    readable,
)
from reports.objectives_view import promise, subject, whole_run
from reports.palette import SYMBOLS

_STYLES = {
    Verdict.MET: "green",
    Verdict.MISSED: "red",
    Verdict.NOT_PROVEN: "yellow",
    Verdict.INVALID: "magenta",
}
_MOST_REASONS = 8


def render_terminal(verdict: VerdictRecord, report: Path | None = None) -> RenderableType:
    """Verdict, reasons, objectives over the whole run, faults, and where the report is."""
    parts: list[RenderableType] = [_headline(verdict)]
    told = verdict.reasons[:_MOST_REASONS]
    untold = [check for check in verdict.validity.checks if not check.held and check.reason not in told]
    if untold:
        parts.append(_checks(untold))
    whole = whole_run(verdict.objectives)
    decides = verdict.verdict is not Verdict.INVALID
    if not decides and (whole or verdict.contract or verdict.faults):
        parts.append(Padding(_text(NOT_EVIDENCE, _STYLES[Verdict.INVALID]), (1, 0)))
    if whole:
        parts.append(_objectives(whole, decides=decides))
    if verdict.contract:
        parts.append(_contract(verdict, decides=decides))
    if verdict.faults:
        parts.append(_faults(verdict.faults))
    if report is not None:
        parts.append(Padding(Text.assemble("Report: ", (str(report), "bold"), overflow="fold"), (0, 1)))
    return Group(*parts)


def _headline(verdict: VerdictRecord) -> RenderableType:
    style = _STYLES[verdict.verdict]
    lines = [Text(MEANINGS[verdict.verdict])]
    lines += [_text(f"• {reason}") for reason in verdict.reasons[:_MOST_REASONS]]
    if len(verdict.reasons) > _MOST_REASONS:
        lines.append(Text(f"… and {len(verdict.reasons) - _MOST_REASONS} more in the report", style="dim"))
    name = Text(f" {SYMBOLS[verdict.verdict]} {verdict.verdict} ", style=f"bold reverse {style}")
    return Panel(Group(*lines), title=name, title_align="left", border_style=style, padding=(1, 2))


def _checks(broken: list[ValidityCheck]) -> RenderableType:
    table = _table("Why it is not evidence", "check", "in words")
    for check in broken:
        table.add_row(_text(check.name, "bold"), _text(check.reason))
    return table


def _objectives(whole: tuple[ObjectiveResult, ...], *, decides: bool) -> RenderableType:
    table = _table(
        "Objectives over the whole run (* demanded)",
        "",
        "tier",
        "promise",
        *("target", "observed", "bad/allowed"),
        numbers=3,
    )
    for one in whole:
        style = _STYLES[one.verdict] if decides else "dim"
        demanded = "*" if one.demanded else ""
        table.add_row(
            Text(f"{SYMBOLS[one.verdict]} {one.verdict}{demanded}", style=style, no_wrap=True),
            _text(subject(one)),
            _text(promise(one)),
            Text(format_target(one.target)),
            Text(format_ratio(one.ratio, one.target), style="bold"),
            Text(f"{format_count(one.bad)}/{format_budget(one.budget)}"),
        )
    return table


def _contract(verdict: VerdictRecord, *, decides: bool) -> RenderableType:
    """Violated cells are in the reasons; here is how much of each situation was exercised."""
    table = _table("Degradation contract", "fault", *("proved", "violated", "not exercised"), numbers=3)
    for row in contract_matrix(verdict.contract).rows:
        found = Counter(cell.verdict for box in row.boxes if box is not None for cell in box.cells)
        violated = found[CellVerdict.VIOLATED]
        table.add_row(
            _text(row.fault),
            Text(format_count(found[CellVerdict.PROVED])),
            Text(format_count(violated), style="bold red" if violated and decides else ""),
            Text(format_count(found[CellVerdict.NOT_EXERCISED])),
        )
    lines = [_text(f" {coverage_told(one)}", "dim") for one in verdict.contract_coverage]
    return Group(table, *lines, Text())


def _faults(faults: tuple[FaultEffect, ...]) -> RenderableType:
    table = _table(
        "Faults, from verified to healing",
        "fault",
        "felt",
        "healed",
        *("requests", "ok", "degraded", "p95 ms", "p99 ms"),
        numbers=5,
    )
    for one in faults:
        table.add_row(
            _broken(one),
            _yes(one.felt),
            _yes(one.healed),
            Text(format_count(one.requests)),
            *(Text(_share(one, outcome)) for outcome in (Outcome.OK, Outcome.DEGRADED)),
            Text(format_ms(one.latency_p95_ms)),
            Text(format_ms(one.latency_p99_ms)),
        )
    return table


def _table(title: str, *headers: str, numbers: int = 0) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        header_style="dim",
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for index, header in enumerate(headers):
        numeric = index >= len(headers) - numbers
        table.add_column(Text(header), justify="right" if numeric else "left", no_wrap=numeric)
    return table


def _share(fault: FaultEffect, outcome: Outcome) -> str:
    return format_ratio(fault.outcomes.get(outcome, 0) / fault.requests if fault.requests else None)


def _broken(fault: FaultEffect) -> Text:
    """Its name, and on a line of its own what it broke."""
    name = _text(fault.fault)
    return name if fault.target is None else name.append(f"\non {readable(fault.target)}", "dim")


def _yes(condition: bool) -> Text:
    return Text("✓", style="green") if condition else Text("✗ NO", style="bold red")


def _text(text: str, style: str = "") -> Text:
    """Never markup: brackets in a name are brackets."""
    return Text(readable(text), style=style, overflow="fold")
