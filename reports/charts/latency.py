"""Latency percentiles over time."""

import math

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.charts.plot import new_plots, starts_s
from reports.charts.style import FONT_PT, ink, plain
from reports.charts.svg import Chart, render_chart
from reports.history import History
from reports.numbers import format_duration, format_ms, format_offset
from reports.series import RunSeries
from slo.series import TimeBucket

_LINES = (("p50", 1.4), ("p95", 1.6), ("p99", 1.8))
_LABEL_GAP_PT = 11.0
_HEIGHT_IN = 2.7


def draw_latency(series: RunSeries, history: History) -> Chart:
    """p50, p95 and p99 of each bucket on a logarithmic axis in milliseconds."""
    figure, (axes,) = new_plots(history, _HEIGHT_IN)
    plain(axes, unit="latency, ms (log scale)")
    middles = [start + series.bucket_s / 2 for start in starts_s(series, history)]
    ends: list[tuple[str, float]] = []
    for name, width in _LINES:
        values = [_value(bucket, name) for bucket in series.buckets]
        axes.plot(middles, values, color=ink(name), linewidth=width, solid_joinstyle="round", zorder=3)
        known = [value for value in values if not math.isnan(value)]
        if known:
            ends.append((name, known[-1]))
    _scale(axes, series)
    _name_lines(axes, ends)
    return render_chart(
        figure,
        name="latency",
        title="Latency percentiles over time",
        summary=_summary(series, history),
    )


def _value(bucket: TimeBucket, name: str) -> float:
    """A gap in the line where nothing ended; a logarithm has no zero."""
    value = {"p50": bucket.latency_p50_ms, "p95": bucket.latency_p95_ms, "p99": bucket.latency_p99_ms}[name]
    return math.nan if value is None else max(value, 0.1)


def _scale(axes: Axes, series: RunSeries) -> None:
    values = [
        value
        for bucket in series.buckets
        for name, _ in _LINES
        if not math.isnan(value := _value(bucket, name))
    ]
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


def _name_lines(axes: Axes, ends: list[tuple[str, float]]) -> None:
    """Names at the right end of each line, moved apart where lines meet."""
    low, high = axes.get_ylim()
    height_pt = _HEIGHT_IN * 72
    lowest_free = -math.inf
    for name, value in ends:
        wanted = height_pt * math.log(value / low) / math.log(high / low)
        position = max(wanted, lowest_free)
        lowest_free = position + _LABEL_GAP_PT
        axes.annotate(
            name,
            (1, 0),
            xycoords="axes fraction",
            xytext=(6, position),
            textcoords="offset points",
            va="center_baseline",
            color=ink(name if name != "p50" else "axis"),
            fontsize=FONT_PT,
            fontweight="bold",
        )


def _summary(series: RunSeries, history: History) -> str:
    peaks = [
        (bucket.latency_p99_ms, start)
        for bucket, start in zip(series.buckets, starts_s(series, history), strict=True)
        if bucket.latency_p99_ms is not None
    ]
    if not peaks and any(bucket.achieved for bucket in series.buckets):
        return "How long requests took is not on record, so there is no latency to show."
    if not peaks:
        return "No request ended, so there is no latency to show."
    highest_ms, at_s = max(peaks)
    lowest_ms, _ = min(peaks)
    within = [
        f"fault {span.number}, {span.window.name}"
        for span in history.faults
        if span.injecting_s is not None
        and span.injecting_s - series.bucket_s <= at_s <= (span.heal_verified_s or history.end_s)
    ]
    during = f", during {within[0]}" if within else ""
    return (
        f"Lines for p50, p95 and p99 in buckets of {format_duration(series.bucket_s)}. p99 lies between "
        f"{format_ms(lowest_ms)} and {format_ms(highest_ms)} ms; it peaks at {format_offset(at_s)}{during}."
    )
