"""Where latencies lie over time: how many requests in each cell of time and latency."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from reports.cells import LOWEST_BIN, PER_DECADE, Counts
from reports.charts.latency_axis import logarithmic
from reports.charts.plot import new_plots
from reports.charts.style import ink, plain
from reports.charts.svg import Chart, moving, render_chart
from reports.history import NS_PER_S, History
from reports.numbers import format_count, format_ms, format_step
from reports.palette import HEAT
from reports.series import RunSeries

BINS_A_ROW = 4
"""Ten rows to a factor of ten: what the eye can tell apart."""
_HEIGHT_IN = 2.7


def draw_heatmap(series: RunSeries, history: History) -> Chart:
    """Counts on a logarithmic axis of latency; darker (in the dark: brighter) where there are more."""
    figure, (axes,) = new_plots(history, _HEIGHT_IN)
    plain(axes, unit="latency, ms (log scale)")
    axes.grid(visible=False)
    rows = heat_rows(series.cells.latency)
    levels = heat_levels(int(rows.max(initial=0)))
    used = np.flatnonzero(rows.any(axis=0))
    first, last = (int(used[0]), int(used[-1]) + 1) if len(used) else (0, 0)
    span_ms = [row_edge_ms(edge) for edge in (first, last)] if len(used) else []
    logarithmic(axes, span_ms)
    if span_ms:
        axes.set_ylim(span_ms[0] / 1.1, span_ms[1] * 1.6)
    start_s = (series.buckets[0].start_ns - history.zero_ns) / NS_PER_S if series.buckets else 0.0
    _fill(axes, rows, levels, start_s, series.bucket_s)
    return render_chart(
        figure,
        name="heatmap",
        title="Heatmap of latency over time",
        summary=_summary(series, rows),
    )


def heat_rows(latency: Counts) -> Counts:
    """Bucket by row of the heatmap: the bins of cells, a few together."""
    whole = latency.shape[1] // BINS_A_ROW * BINS_A_ROW
    rows = latency[:, :whole].reshape(len(latency), whole // BINS_A_ROW, BINS_A_ROW).sum(axis=2)
    rows[:, -1] += latency[:, whole:].sum(axis=1)
    return np.asarray(rows, np.int64)


def heat_levels(most: int) -> tuple[int, ...]:
    """The least count of each step of colour, equal ratios apart; steps that would be empty are left out."""
    steps = (round(max(most, 1) ** (step / len(HEAT))) for step in range(len(HEAT)))
    return tuple(dict.fromkeys(max(1, step) for step in steps))


def row_edge_ms(row: int) -> float:
    """Where a row begins."""
    return float(10 ** ((LOWEST_BIN + row * BINS_A_ROW) / PER_DECADE))


def level_token(level: int, levels: int) -> str:
    """The colour of a step, from 1 on, where there are `levels` of them: the last is always the strongest."""
    return HEAT[len(HEAT) - levels + level - 1]


def _fill(axes: Axes, rows: Counts, levels: tuple[int, ...], start_s: float, bucket_s: float) -> None:
    """One path a colour; neighbours in time of one colour are one piece of it."""
    level = np.searchsorted(levels, rows, side="right")
    corners: dict[int, list[tuple[float, float]]] = {}
    for row in np.flatnonzero(rows.any(axis=0)).tolist():
        column = level[:, row]
        edges = [0, *(np.flatnonzero(np.diff(column)) + 1).tolist(), len(column)]
        low, high = row_edge_ms(row), row_edge_ms(row + 1)
        for begin, end in pairwise(edges):
            if column[begin]:
                left, right = start_s + begin * bucket_s, start_s + end * bucket_s
                corners.setdefault(int(column[begin]), []).extend(
                    [(left, low), (right, low), (right, high), (left, high), (left, low)]
                )
    for number, points in sorted(corners.items()):
        token = level_token(number, len(levels))
        codes = _PIECE * (len(points) // len(_PIECE))
        patch = PathPatch(Path(points, codes), facecolor=ink(token), linewidth=0, zorder=2)
        moving(patch, token)
        axes.add_patch(patch)


_PIECE = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]


def _summary(series: RunSeries, rows: Counts) -> str:
    if not rows.any():
        return "How long requests took is not on record, so there is no latency to show."
    totals = rows.sum(axis=0)
    fullest = int(totals.argmax())
    low, high = row_edge_ms(fullest), row_edge_ms(fullest + 1)
    return (
        f"How many requests lie in each cell of {format_step(series.bucket_s)} and a tenth of a factor "
        f"of ten in latency: at most {format_count(int(rows.max()))}. Most requests of the run, "
        f"{format_count(int(totals[fullest]))} of {format_count(int(totals.sum()))}, took between "
        f"{format_ms(low)} and {format_ms(high)} ms."
    )
