"""The style that all charts share."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from reports.palette import TOKENS

WIDTH_IN = 9.6
"""691 points: a chart's own units; the page scales it."""
FONT_PT = 9.0


@contextmanager
def chart_settings() -> Iterator[None]:
    """Settings under which charts are built and written; the process's own come back afterwards."""
    with mpl.rc_context(
        {
            "svg.fonttype": "none",  # text stays text: small, selectable, in the page's own font
            "svg.hashsalt": "stormproof",
            "path.simplify": True,
            "path.simplify_threshold": 0.5,
            "font.family": "sans-serif",
            "font.sans-serif": ["DejaVu Sans"],  # only measures; the page sets the font
            "font.size": FONT_PT,
            "text.parse_math": False,  # a name with two dollar signs is a name
            "axes.unicode_minus": True,
        }
    ):
        yield


def ink(token: str) -> str:
    """The colour of a token inside a chart."""
    return TOKENS[token].light


def new_figure(height_in: float) -> Figure:
    """An empty figure with a transparent ground."""
    figure = Figure(figsize=(WIDTH_IN, height_in))
    figure.patch.set_visible(False)
    return figure


def plain(axes: Axes, *, unit: str) -> None:
    """Take the junk off: horizontal grid lines and a base line stay. `unit` is the y axis's label."""
    axes.patch.set_visible(False)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(ink("axis"))
    axes.spines["bottom"].set_linewidth(0.8)
    axes.tick_params(colors=ink("axis"), length=0, which="both", pad=4)
    axes.tick_params(axis="x", length=3, which="major")
    axes.grid(visible=True, axis="y", which="major", color=ink("grid"), linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_ylabel(unit, color=ink("axis"), labelpad=6)


def grouped(axes: Axes) -> None:
    """Thousands of the y axis get their comma."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
