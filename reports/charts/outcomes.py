"""Outcomes over time: all of them, and those that are not ok under a magnifier."""

from matplotlib.axes import Axes

from evidence.request_record import Outcome
from reports.charts.plot import edges_s, new_plots
from reports.charts.style import grouped, ink, plain
from reports.charts.svg import Chart, moving, render_chart
from reports.history import History
from reports.numbers import format_count, joined
from reports.palette import OUTCOMES
from reports.series import RunSeries


def draw_outcomes(series: RunSeries, history: History) -> Chart:
    """Requests per second by outcome, stacked; below, the same without ok, on a scale of its own."""
    figure, (upper, lower) = new_plots(history, 1.5, 1.1)
    plain(upper, unit="requests per second")
    plain(lower, unit="not ok per second")
    for axes, outcomes in ((upper, OUTCOMES), (lower, OUTCOMES[1:])):
        grouped(axes)
        highest = _stack(axes, series, history, outcomes)
        axes.set_ylim(0, max(highest * (1.3 if axes is upper else 1.1), 1.0))
    return render_chart(
        figure, name="outcomes", title="Outcomes of requests over time", summary=_summary(series)
    )


def _stack(axes: Axes, series: RunSeries, history: History, outcomes: tuple[Outcome, ...]) -> float:
    """Stacked steps; returns the height of the highest stack."""
    edges = edges_s(series, history)
    below = [0.0] * len(series.buckets)
    for outcome in outcomes:
        rates = [bucket.outcomes.get(outcome, 0) / series.bucket_s for bucket in series.buckets]
        if not any(rates):
            continue
        top = [low + rate for low, rate in zip(below, rates, strict=True)]
        area = axes.stairs(
            top, edges, baseline=below, fill=True, color=ink(outcome.value), linewidth=0, zorder=2
        )
        moving(area, f"{outcome.value}-{len(axes.figure.axes)}-{len(outcomes)}")
        below = top
    return max(below, default=0.0)


def _summary(series: RunSeries) -> str:
    totals = {
        outcome: sum(bucket.outcomes.get(outcome, 0) for bucket in series.buckets) for outcome in OUTCOMES
    }
    met_with = [f"{format_count(count)} {outcome.value}" for outcome, count in totals.items() if count]
    return f"Stacked by outcome: {joined(met_with)}." if met_with else "No request was recorded."
