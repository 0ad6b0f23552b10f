"""The Markdown form: fits a pull-request comment."""

import re
from collections.abc import Sequence

from evidence.verdict_record import ObjectiveResult, Verdict
from reports.contract_view import AS_VERDICT, ContractBox, coverage_told
from reports.fault_story import FaultStory
from reports.model import MEANINGS, ReportModel
from reports.numbers import (
    NOTHING,
    format_budget,
    format_count,
    format_ms,
    format_ratio,
    format_target,
    printable,
)
from reports.objectives_view import promise, subject
from reports.palette import SYMBOLS

_MARKS = {Verdict.MET: "✅", Verdict.MISSED: "❌", Verdict.NOT_PROVEN: "❔", Verdict.INVALID: "⚠️"}
_MOST_ROWS = 40
"""Keeps the whole far below the 65,536 characters of a comment."""
_LONGEST_TEXT = 400
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#|~])")


def render_summary(model: ReportModel) -> str:
    """The file's content."""
    verdict = model.verdict
    parts = [
        f"## {_MARKS[verdict.verdict]} {verdict.verdict}: {_plain(model.plan)}",
        MEANINGS[verdict.verdict],
        _bullets(verdict.reasons),
        _objectives(model.whole_run),
        _phases(model),
        _contract(model),
        _faults(model.stories),
        _validity(model),
        _about(model),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _objectives(whole: tuple[ObjectiveResult, ...]) -> str:
    if not whole:
        return ""
    rows = [
        (
            f"{SYMBOLS[one.verdict]} {one.verdict}",
            _plain(subject(one)),
            _plain(promise(one)),
            "yes" if one.demanded else "no",
            format_target(one.target),
            format_ratio(one.ratio, one.target),
            f"{format_count(one.bad)} / {format_budget(one.budget)}",
        )
        for one in whole[:_MOST_ROWS]
    ]
    head = ("Verdict", "Tier", "Promise", "Demanded", "Target", "Observed", "Bad / allowed")
    return "### Objectives over the whole run\n\n" + _table(head, "llllrrr", rows) + _more(len(whole))


def _phases(model: ReportModel) -> str:
    missed = [
        one for one in model.verdict.objectives if one.phase is not None and one.verdict is Verdict.MISSED
    ]
    if not missed:
        return ""
    lines = [
        f"{_plain(one.phase or '')}: {_plain(subject(one))} {_plain(promise(one))} was "
        f"{format_ratio(one.ratio, one.target)}, promised is {format_target(one.target)}"
        for one in missed
    ]
    return "Phases in which a promise was missed:\n\n" + _bullets(tuple(lines[:_MOST_ROWS]), plain=False)


def _contract(model: ReportModel) -> str:
    if not model.verdict.contract:
        return ""
    table = model.contract
    rows = [
        (_plain(row.fault), *(NOTHING if box is None else _box(box) for box in row.boxes))
        for row in table.rows[:_MOST_ROWS]
    ]
    head = ("Fault", *(_plain(name) for name in table.operations))
    parts = [
        "### Degradation contract\n\nPromises proved or violated, by fault and operation.",
        _table(head, "l" * len(head), rows) + _more(len(table.rows)),
        _bullets(tuple(coverage_told(one) for one in model.verdict.contract_coverage)),
    ]
    if model.open_cells:
        lines = tuple(
            f"{cell.verdict}: under {cell.fault}, {cell.operation} {cell.promise}; observed: {cell.observed}"
            + (f"; {cell.needs}" if cell.needs else "")
            for cell in model.open_cells
        )
        parts.append(_bullets(lines) + _more(len(lines)))
    return "\n\n".join(parts)


def _box(box: ContractBox) -> str:
    lacking = f", {box.missing} lack evidence" if box.missing else ""
    return f"{SYMBOLS[AS_VERDICT[box.verdict]]} {box.verdict} {box.told}{lacking}"


def _faults(stories: tuple[FaultStory, ...]) -> str:
    if not stories:
        return ""
    rows = []
    for story in stories[:_MOST_ROWS]:
        during = story.during.met if story.during else None
        ok = during.outcomes.get("ok", 0) if during else 0
        rows.append(
            (
                f"{story.number} {_plain(story.name)}",
                "yes" if story.felt else "**no**",
                "yes" if story.healed else "**no**",
                format_count(during.requests) if during else NOTHING,
                format_ratio(ok / during.requests) if during and during.requests else NOTHING,
                format_ms(story.before.met.latency_p95_ms) if story.before else NOTHING,
                format_ms(during.latency_p95_ms) if during else NOTHING,
            )
        )
    head = ("Fault", "Felt", "Healed", "Requests", "ok", "p95 before, ms", "p95 during, ms")
    return "### Faults\n\n" + _table(head, "lllrrrr", rows) + _more(len(stories))


def _validity(model: ReportModel) -> str:
    broken = [check for check in model.verdict.validity.checks if not check.held]
    if not broken:
        return ""
    return "### Why it is not evidence\n\n" + _bullets(tuple(f"{one.name}: {one.reason}" for one in broken))


def _about(model: ReportModel) -> str:
    facts = "; ".join(f"{fact.label}: {_plain(fact.value)}" for fact in model.facts)
    return f"<sub>Run {_plain(model.run_id)}. {facts}.</sub>"


def _table(head: tuple[str, ...], sides: str, rows: Sequence[tuple[str, ...]]) -> str:
    rule = ["---:" if side == "r" else "---" for side in sides]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def _more(count: int) -> str:
    left = count - _MOST_ROWS
    return f"\n\n…and {format_count(left)} more in the report." if left > 0 else ""


def _bullets(lines: tuple[str, ...], *, plain: bool = True) -> str:
    shown = [f"- {_plain(line) if plain else line}" for line in lines[:_MOST_ROWS]]
    return "\n".join(shown)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    shown = printable(text)
    if len(shown) > _LONGEST_TEXT:
        shown = shown[: _LONGEST_TEXT - 1] + "…"
    escaped = _SPECIAL.sub(r"\\\1", shown)
    # An @ would call people, a < would begin HTML.
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace("@", "@\u200b")
