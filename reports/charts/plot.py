"""Places a plot in a figure, with the room that names, phases and axes need."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.charts.style import WIDTH_IN, new_figure
from reports.charts.time_axis import (
    PLOT_LEFT_IN,
    PLOT_WIDTH_IN,
    STRIP_IN,
    draw_faults,
    draw_phases,
    draw_time_axis,
)
from reports.history import NS_PER_S, History
from reports.series import RunSeries

_TOP_IN = STRIP_IN + 0.1
_BOTTOM_IN = 0.46
_BETWEEN_IN = 0.2


def new_plots(history: History, *heights_in: float) -> tuple[Figure, list[Axes]]:
    """A figure with plots of these heights below each other, over the same stretch of time.

    The upper one carries the phases and the numbers of the faults, the lowest one the time axis's label.
    """
    total_in = _TOP_IN + sum(heights_in) + _BETWEEN_IN * (len(heights_in) - 1) + _BOTTOM_IN
    figure = new_figure(total_in)
    plots: list[Axes] = []
    top_in = total_in - _TOP_IN
    for index, height_in in enumerate(heights_in):
        axes = figure.add_axes(
            (
                PLOT_LEFT_IN / WIDTH_IN,
                (top_in - height_in) / total_in,
                PLOT_WIDTH_IN / WIDTH_IN,
                height_in / total_in,
            )
        )
        draw_time_axis(axes, history, label=index == len(heights_in) - 1)
        draw_faults(axes, history, numbered=index == 0)
        if index == 0:
            draw_phases(axes, history, PLOT_WIDTH_IN, height_in)
        plots.append(axes)
        top_in -= height_in + _BETWEEN_IN
    return figure, plots


def starts_s(series: RunSeries, history: History) -> list[float]:
    """When each bucket begins, in seconds since the load began."""
    return [(bucket.start_ns - history.zero_ns) / NS_PER_S for bucket in series.buckets]


def edges_s(series: RunSeries, history: History) -> list[float]:
    """The edges of the buckets: each start, and the end of the last."""
    starts = starts_s(series, history)
    return [*starts, starts[-1] + series.bucket_s] if starts else []
