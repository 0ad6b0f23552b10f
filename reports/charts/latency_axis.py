"""The axis that shows latency, and names at the ends of lines along it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.charts.style import FONT_PT, ink
from reports.charts.svg import moving

_LABEL_GAP_PT = 11.0


@dataclass(frozen=True, slots=True)
class LineEnd:
    """A line's name, and where it ends on the right, in milliseconds."""

    name: str
    value_ms: float
    token: str


def logarithmic(axes: Axes, values_ms: Iterable[float]) -> None:
    """Span these values on a logarithmic axis with round ticks."""
    values = list(values_ms)
    axes.set_yscale("log")
    lowest = min(values, default=1.0) / 1.3
    highest = max(values, default=1000.0) * 1.6
    decades = range(math.floor(math.log10(lowest)), math.ceil(math.log10(highest)) + 1)
    wide = math.log10(highest / lowest) > 2.5
    ticks = [10.0**decade * factor for decade in decades for factor in ((1,) if wide else (1, 2, 5))]
    axes.set_ylim(lowest, highest)
    axes.yaxis.set_major_locator(FixedLocator([tick for tick in ticks if lowest <= tick <= highest]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))


def name_lines(axes: Axes, ends: list[LineEnd], height_in: float) -> None:
    """Names at the right end of each line, moved apart where lines meet."""
    low, high = axes.get_ylim()
    height_pt = height_in * 72
    lowest_free = -math.inf
    for number, end in enumerate(sorted(ends, key=lambda one: one.value_ms)):
        wanted = height_pt * math.log(end.value_ms / low) / math.log(high / low)
        position = max(wanted, lowest_free)
        lowest_free = position + _LABEL_GAP_PT
        name = axes.annotate(
            end.name,
            (1, 0),
            xycoords="axes fraction",
            xytext=(6, position),
            textcoords="offset points",
            va="center_baseline",
            color=ink(end.token),
            fontsize=FONT_PT,
            fontweight="bold",
        )
        moving(name, f"name-{number}")
