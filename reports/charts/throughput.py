"""Throughput: what was offered against what was achieved."""

from reports.charts.plot import edges_s, new_plots
from reports.charts.style import FONT_PT, grouped, ink, plain
from reports.charts.svg import Chart, render_chart
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
        axes.stairs(achieved, edges, fill=True, color=ink("achieved"), alpha=0.55, linewidth=0, zorder=2)
        axes.stairs(offered, edges, baseline=None, color=ink("offered"), linewidth=1.2, zorder=3)
        for text, value, token in (("offered", offered[-1], "offered"), ("achieved", achieved[-1], "axis")):
            axes.annotate(
                text,
                (1, value),
                xycoords=("axes fraction", "data"),
                xytext=(6, 4 if token == "offered" else -8),  # noqa: S105 -- the name of a colour
                textcoords="offset points",
                va="center_baseline",
                color=ink(token),
                fontsize=FONT_PT,
                fontweight="bold",
            )
    axes.set_ylim(0, max([*offered, *achieved, 1.0]) * 1.35)
    return render_chart(
        figure,
        name="throughput",
        title="Throughput offered and achieved over time",
        summary=_summary(series, offered, achieved),
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
