"""Latency percentiles over time."""

import math

from reports.charts.latency_axis import LineEnd, logarithmic, name_lines
from reports.charts.plot import new_plots, starts_s
from reports.charts.style import ink, plain
from reports.charts.svg import Chart, moving, render_chart
from reports.history import History
from reports.numbers import format_ms, format_offset, format_step
from reports.series import RunSeries
from slo.series import TimeBucket

_LINES = (("p50", 1.4), ("p95", 1.6), ("p99", 1.8))
_HEIGHT_IN = 2.7


def draw_latency(series: RunSeries, history: History) -> Chart:
    """p50, p95 and p99 of each bucket on a logarithmic axis in milliseconds."""
    figure, (axes,) = new_plots(history, _HEIGHT_IN)
    plain(axes, unit="latency, ms (log scale)")
    middles = [start + series.bucket_s / 2 for start in starts_s(series, history)]
    ends: list[tuple[str, float]] = []
    for name, width in _LINES:
        values = [_value(bucket, name) for bucket in series.buckets]
        (line,) = axes.plot(
            middles, values, color=ink(name), linewidth=width, solid_joinstyle="round", zorder=3
        )
        moving(line, name)
        known = [value for value in values if not math.isnan(value)]
        if known:
            ends.append((name, known[-1]))
    logarithmic(
        axes,
        [
            value
            for bucket in series.buckets
            for name, _ in _LINES
            if not math.isnan(value := _value(bucket, name))
        ],
    )
    name_lines(
        axes, [LineEnd(name, value, name if name != "p50" else "axis") for name, value in ends], _HEIGHT_IN
    )
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
        f"fault {episode.number}, {episode.name}"
        for episode in history.episodes
        if episode.injecting_s is not None
        and episode.injecting_s - series.bucket_s <= at_s <= (episode.heal_verified_s or history.end_s)
    ]
    during = f", during {within[0]}" if within else ""
    return (
        f"Lines for p50, p95 and p99 in buckets of {format_step(series.bucket_s)}. p99 lies between "
        f"{format_ms(lowest_ms)} and {format_ms(highest_ms)} ms; it peaks at {format_offset(at_s)}{during}."
    )
