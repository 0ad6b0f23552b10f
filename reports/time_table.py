"""What the charts show, as tables: for those who cannot see them, and for figures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from reports.charts.heatmap import heat_levels, heat_rows, level_token, row_edge_ms
from reports.history import NS_PER_S, History
from reports.numbers import NOTHING, format_count, format_ms
from reports.series import RunSeries
from slo.series import TimeBucket

_ROWS_TOGETHER = 5
"""Of the heatmap, in a table's row: half a factor of ten."""


@dataclass(frozen=True, slots=True)
class TimeRow:
    """One stretch of the run."""

    at_s: float
    phase: str
    faults: str
    """The numbers of the episodes that touch it."""
    bucket: TimeBucket


@dataclass(frozen=True, slots=True)
class LatencyRow:
    """Requests in one range of latency, by phase."""

    range: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LatencyTable:
    """The heatmap, by phase."""

    phases: tuple[str, ...]
    rows: tuple[LatencyRow, ...]


@dataclass(frozen=True, slots=True)
class HeatStep:
    """A colour of the heatmap, and how many requests it stands for."""

    token: str
    label: str


def time_rows(series: RunSeries, history: History) -> Iterator[TimeRow]:
    """A row for each bucket."""
    for bucket in series.buckets:
        start_s = (bucket.start_ns - history.zero_ns) / NS_PER_S
        end_s = start_s + series.bucket_s
        touching = [
            str(one.number)
            for one in history.episodes
            if one.begins_s is not None
            and one.begins_s < end_s
            and (history.end_s if one.heal_verified_s is None else one.heal_verified_s) > start_s
        ]
        yield TimeRow(start_s, phase_at(history, start_s) or NOTHING, ", ".join(touching), bucket)


def phase_at(history: History, at_s: float) -> str | None:
    """The phase that an instant lies in."""
    return next((one.name for one in history.phases if one.start_s <= at_s < one.end_s), None)


def latency_table(series: RunSeries, history: History) -> LatencyTable:
    """Requests by range of latency and phase."""
    starts = [(bucket.start_ns - history.zero_ns) / NS_PER_S for bucket in series.buckets]
    phase_of = [phase_at(history, start_s) or "between phases" for start_s in starts]
    phases = tuple(dict.fromkeys(phase_of))
    rows = heat_rows(series.cells.latency)
    by_phase = np.array(
        [rows[[one == phase for one in phase_of]].sum(axis=0) for phase in phases], np.int64
    ).reshape(len(phases), rows.shape[1])
    used = np.flatnonzero(by_phase.any(axis=0))
    return LatencyTable(
        phases,
        tuple(
            LatencyRow(
                f"{format_ms(row_edge_ms(first))} to {format_ms(row_edge_ms(first + _ROWS_TOGETHER))}",
                tuple(by_phase[:, first : first + _ROWS_TOGETHER].sum(axis=1).tolist()),
            )
            for first in _firsts(used.tolist())
        ),
    )


def heat_steps(series: RunSeries) -> tuple[HeatStep, ...]:
    """The legend of the heatmap."""
    most = int(heat_rows(series.cells.latency).max(initial=0))
    levels = heat_levels(most)
    ends = [*(level - 1 for level in levels[1:]), max(most, levels[-1])]
    return tuple(
        HeatStep(
            level_token(number, len(levels)),
            format_count(low) if low == high else f"{format_count(low)}–{format_count(high)}",
        )
        for number, (low, high) in enumerate(zip(levels, ends, strict=True), start=1)
    )


def _firsts(used: list[int]) -> Iterable[int]:
    """The first row of the heatmap of each row of the table, from the fastest request to the slowest."""
    if not used:
        return ()
    return range(used[0] // _ROWS_TOGETHER * _ROWS_TOGETHER, used[-1] + 1, _ROWS_TOGETHER)
