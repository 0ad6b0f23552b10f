"""Throughput: what was offered against what was achieved."""

from statistics import median

from matplotlib.axes import Axes

from reports.charts.plot import edges_s, new_plots
from reports.charts.style import FONT_PT, grouped, ink, plain
from reports.charts.svg import Chart, moving, render_chart
from reports.history import History
from reports.numbers import format_rate
from reports.series import RunSeries


def draw_throughput(series: RunSeries, history: History) -> Chart:
    """Arrivals that the schedule called for and answers that came, per second."""
    figure, (axes,) = new_plots(history, 1.5)
    plain(axes, unit="requests per second")
    grouped(axes)
    edges = edges_s(series, history)
    offered = [bucket.offered / series.bucket_s for bucket in series.buckets]
    achieved = [bucket.achieved / series.bucket_s for bucket in series.buckets]
    if edges:
        area = axes.stairs(
            achieved, edges, fill=True, color=ink("achieved"), alpha=0.55, linewidth=0, zorder=2
        )
        moving(area, "achieved")
        # After the last arrival nothing is offered: the line ends there, answers may still come.
        until = max((index for index, rate in enumerate(offered, start=1) if rate), default=0)
        if until:
            line = axes.stairs(
                offered[:until],
                edges[: until + 1],
                baseline=None,
                color=ink("offered"),
                linewidth=1.2,
                zorder=3,
            )
            moving(line, "offered")
        _name_series(axes, median(offered[:until] or [0.0]))
    axes.set_ylim(0, max([*offered, *achieved, 1.0]) * 1.35)
    return render_chart(
        figure,
        name="throughput",
        title="Throughput offered and achieved over time",
        summary=_summary(series, offered, achieved),
    )


def _name_series(axes: Axes, height: float) -> None:
    """Names at the right, around the height at which most of the run lies."""
    for name, token, shift_pt in (("offered", "offered", 6), ("achieved", "axis", -6)):
        axes.annotate(
            name,
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(6, shift_pt),
            textcoords="offset points",
            va="center_baseline",
            color=ink(token),
            fontsize=FONT_PT,
            fontweight="bold",
        )


def _summary(series: RunSeries, offered: list[float], achieved: list[float]) -> str:
    if not series.buckets:
        return "No request was recorded."
    average_offered, average_achieved = sum(offered) / len(offered), sum(achieved) / len(achieved)
    return (
        f"The schedule called for {format_rate(average_offered)} requests per second on average; "
        f"{format_rate(average_achieved)} per second were achieved. The most achieved in one bucket was "
        f"{format_rate(max(achieved))} per second, the fewest {format_rate(min(achieved))}."
    )
