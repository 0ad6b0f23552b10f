"""A comparison in Markdown: fits a pull-request comment."""

from collections.abc import Sequence

from evidence.comparison_record import CellChange, Change, ChangeVerdict, ComparisonRecord
from reports.comparison.view import SYMBOLS, deciding, meaning, notable, verdict_words
from reports.markdown import MOST_ROWS, bullets, fitted, more, plain, table
from reports.numbers import NOTHING
from slo.comparison.wording import told_bounds, told_effect, told_figure, told_scope, told_values

_MARKS = {
    ChangeVerdict.REGRESSED: "❌",
    ChangeVerdict.IMPROVED: "✅",
    ChangeVerdict.NO_CHANGE: "✅",
    ChangeVerdict.NOT_PROVEN: "❔",
    ChangeVerdict.INVALID: "⚠️",
}
_HEAD = ("Verdict", "Figure", "Of", "Before", "After", "Change", "Bounds")


def render_comparison_markdown(record: ComparisonRecord) -> str:
    """The file's content."""
    before, after = (", ".join(plain(run.id) for run in runs) for runs in (record.before, record.after))
    return fitted(
        (
            f"## {_MARKS[record.verdict]} {verdict_words(record)}",
            meaning(record),
            f"Before: {before}. After: {after}.",
            bullets(record.reasons) + more(len(record.reasons)),
            _changes("What decides", deciding(record)),
            _changes(
                "What changed in parts of the runs",
                notable(one for one in record.changes if not one.decides),
            ),
            _cells([one for one in record.cells if one.verdict is not ChangeVerdict.NO_CHANGE]),
            _differences(record),
            f"<details><summary>How it was tested</summary>\n\n{bullets(record.method)}\n\n</details>",
        )
    )


def _changes(title: str, changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    rows = [
        (
            f"{SYMBOLS[one.verdict]} {one.verdict}",
            told_figure(one),
            plain(told_scope(one.scope)),
            told_values(one.figure, one.before),
            told_values(one.figure, one.after),
            NOTHING if one.effect is None else f"**{told_effect(one.figure, one.effect)}**",
            NOTHING if one.effect is None else told_bounds(one),
        )
        for one in changes[:MOST_ROWS]
    ]
    return f"### {title}\n\n" + table(_HEAD, "lllrrrr", rows) + more(len(changes))


def _cells(cells: Sequence[CellChange]) -> str:
    if not cells:
        return ""
    lines = [
        f"{one.verdict}: under {one.fault}, {one.operation} {one.promise}; {', '.join(one.before)} before, "
        f"{', '.join(one.after)} after"
        for one in cells
    ]
    return "### Degradation contract\n\n" + bullets(lines) + more(len(lines))


def _differences(record: ComparisonRecord) -> str:
    if not record.differences:
        return ""
    head = ("Differs", *(run.id for run in record.runs))
    rows = [
        (one.name + (" (accepted)" if one.accepted else ""), *(plain(value) for value in one.values))
        for one in record.differences
    ]
    return "### What else differs\n\n" + table(tuple(plain(one) for one in head), "l" * len(head), rows)
