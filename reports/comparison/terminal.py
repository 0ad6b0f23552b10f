"""A comparison in the terminal."""

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from evidence.comparison_record import Change, ChangeVerdict, ComparisonRecord
from reports.comparison.view import SYMBOLS, deciding, meaning, notable, verdict_words
from reports.numbers import NOTHING, readable
from slo.comparison.wording import told_effect, told_figure, told_scope, told_values

_STYLES = {
    ChangeVerdict.REGRESSED: "red",
    ChangeVerdict.IMPROVED: "green",
    ChangeVerdict.NO_CHANGE: "green",
    ChangeVerdict.NOT_PROVEN: "yellow",
    ChangeVerdict.INVALID: "magenta",
}
_LEGEND = "✗ regressed, ✓ improved, = no change, ? not proven"
_MOST_REASONS = 8
_MOST_ROWS = 30


def render_comparison_terminal(record: ComparisonRecord) -> RenderableType:
    """Verdict, reasons, the figures that decide, and what changed in parts of the runs."""
    parts: list[RenderableType] = [_headline(record)]
    for title, changes in (
        ("What decides", deciding(record)),
        ("What changed in parts of the runs", notable(one for one in record.changes if not one.decides)),
    ):
        if changes:
            parts.append(_table(title, changes))
    parts += [Text(f" {readable(gap)}", style="dim") for gap in record.gaps]
    return Group(*parts)


def _headline(record: ComparisonRecord) -> RenderableType:
    style = _STYLES[record.verdict]
    sides = (("before", record.before), ("after", record.after))
    lines = [Text(f"{name}: {', '.join(readable(run.id) for run in runs)}", "dim") for name, runs in sides]
    lines += [Text(meaning(record)), *(_text(f"• {one}") for one in record.reasons[:_MOST_REASONS])]
    left = len(record.reasons) - _MOST_REASONS
    if left > 0:
        lines.append(Text(f"… and {left} more in the report", style="dim"))
    name = Text(f" {SYMBOLS[record.verdict]} {verdict_words(record)} ", style=f"bold reverse {style}")
    return Panel(Group(*lines), title=name, title_align="left", border_style=style, padding=(1, 2))


def _table(title: str, changes: tuple[Change, ...]) -> RenderableType:
    """Fits 80 columns: bounds are in the reasons and in the report."""
    table = Table(
        title=f"{title}  ({_LEGEND})",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        header_style="dim",
        pad_edge=False,
    )
    for header in ("", "figure", "before", "after", "change"):
        numeric = header in {"before", "after", "change"}
        table.add_column(Text(header), justify="right" if numeric else "left", no_wrap=numeric)
    for one in changes[:_MOST_ROWS]:
        table.add_row(
            Text(SYMBOLS[one.verdict], style=f"bold {_STYLES[one.verdict]}"),
            _text(f"{told_figure(one)}, {told_scope(one.scope)}"),
            Text(told_values(one.figure, one.before)),
            Text(told_values(one.figure, one.after)),
            Text(
                NOTHING if one.effect is None else told_effect(one.figure, one.effect),
                style=f"bold {_STYLES[one.verdict]}",
            ),
        )
    if len(changes) <= _MOST_ROWS:
        return table
    return Group(table, Text(f" … and {len(changes) - _MOST_ROWS} more in the report", style="dim"))


def _text(text: str) -> Text:
    """Never markup: brackets in a name are brackets."""
    return Text(readable(text), overflow="fold")
