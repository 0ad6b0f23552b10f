"""The charts of a run as files for slides: SVG and PNG, light, each complete by itself."""

from dataclasses import fields
from io import BytesIO
from pathlib import Path
from typing import Literal

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from evidence.documents import replace_file
from reports.charts.style import FONT_PT, chart_settings, ink
from reports.charts.svg import Chart
from reports.charts_view import Charts, draw_charts
from reports.model import ReportModel
from reports.palette import OUTCOMES

_DOTS_PER_INCH = 215
"""About 1,920 pixels across: the width of most projectors."""


def write_slides(folder: Path, model: ReportModel) -> tuple[Path, ...]:
    """One SVG and one PNG a chart, named after it; none where there is nothing to draw. Raises OSError."""
    if model.series is None or model.history is None:
        return ()
    written: list[Path] = []
    with chart_settings():
        for chart in _each(draw_charts(model.series, model.history)):
            _complete(chart, f"{model.plan} · {model.run_id}")
            for kind in ("svg", "png"):
                path = folder / f"{chart.name}.{kind}"
                replace_file(path, _rendered(chart.figure, kind))
                written.append(path)
    return tuple(written)


def _each(charts: Charts) -> tuple[Chart, ...]:
    return tuple(getattr(charts, one.name) for one in fields(charts))


def _complete(chart: Chart, run: str) -> None:
    """What the page says around a chart stands in it: title, run, names of the colours."""
    figure = chart.figure
    figure.patch.set(visible=True, facecolor=ink("surface"))
    height_in = figure.get_size_inches()[1]
    above = 1 + 0.1 / height_in
    figure.text(
        0.02, above + 0.2 / height_in, chart.title, fontsize=FONT_PT + 4, fontweight="bold", color=ink("ink")
    )
    figure.text(0.02, above, run, fontsize=FONT_PT - 1, color=ink("muted"))
    if chart.name == "outcomes":
        colours = [Patch(color=ink(outcome.value), label=outcome.value) for outcome in OUTCOMES]
        figure.legend(
            handles=colours,
            loc="upper center",
            bbox_to_anchor=(0.5, 0.0),
            ncols=len(colours),
            frameon=False,
            labelcolor=ink("muted"),
            handlelength=1,
            columnspacing=1.2,
        )


def _rendered(figure: Figure, kind: Literal["svg", "png"]) -> bytes:
    """The same figure gives the same bytes."""
    buffer = BytesIO()
    figure.savefig(
        buffer,
        format=kind,
        dpi=_DOTS_PER_INCH,
        bbox_inches="tight",
        pad_inches=0.15,
        metadata={"Date": None, "Creator": None} if kind == "svg" else {"Software": None},
    )
    return buffer.getvalue()
