"""The minutes of a month: of which day each is, whether it counts, and whether there is evidence of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evidence.month_record import Gap
from slo.months.maintenance import MaintenanceWindow
from slo.months.month import MINUTE_NS, Month

type Mask = NDArray[np.bool_]
type Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Every minute of a month, in order."""

    month: Month
    day: Positions
    """Which day of the month a minute is of, counted from 0."""
    maintained: Mask
    """Nothing in it counts."""
    to_come: Mask
    """It had not begun when the month was judged, and is no maintenance."""

    @property
    def kept(self) -> Mask:
        """Of which there should be evidence."""
        return np.asarray(~(self.maintained | self.to_come))

    def minute_of(self, at_ns: Positions) -> Positions:
        """The minute that each instant falls in, below 0 or beyond the last outside the month."""
        return np.asarray((at_ns - self.month.span.start_ns) // MINUTE_NS)


def lay_grid(month: Month, windows: tuple[MaintenanceWindow, ...], now_ns: int) -> Grid:
    """The minutes of `month`, asked at `now_ns`."""
    start_ns, count = month.span.start_ns, month.minutes
    lengths = [day.minutes for day in month.days]
    maintained = np.zeros(count, dtype=bool)
    for window in windows:
        maintained[_clipped(window.start_ns, start_ns, count) : _clipped(window.end_ns, start_ns, count)] = (
            True
        )
    to_come = start_ns + np.arange(count, dtype=np.int64) * MINUTE_NS >= now_ns
    return Grid(
        month,
        np.repeat(np.arange(len(lengths), dtype=np.int64), lengths),
        maintained,
        to_come & ~maintained,
    )


def maintained_minutes(window: MaintenanceWindow, month: Month) -> int:
    """How much of the month a window takes out; 0 where it lies outside."""
    start_ns, count = month.span.start_ns, month.minutes
    return _clipped(window.end_ns, start_ns, count) - _clipped(window.start_ns, start_ns, count)


def missing(grid: Grid, covered: Mask, longest_silence_min: int | None) -> Mask:
    """Minutes that should have evidence and have none.

    A minute without a request is no gap by itself: nobody may have asked. A day without any is one, and so
    is, where `longest_silence_min` is given, a stretch without any that is longer. Maintenance neither is
    silence nor ends one.
    """
    kept = grid.kept
    silent = kept & ~covered
    days = int(grid.day[-1]) + 1
    seen = np.bincount(grid.day[kept & covered], minlength=days)
    found = silent & (seen[grid.day] == 0)
    if longest_silence_min is not None:
        asked = np.flatnonzero(kept)
        for first, last in _stretches(silent[asked]):
            if last - first > longest_silence_min:
                found[asked[first:last]] = True
    return np.asarray(found)


def gaps(grid: Grid, lacking: Mask) -> tuple[Gap, ...]:
    """Stretches of minutes as instants."""
    start_ns = grid.month.span.start_ns
    return tuple(
        Gap(start_ns + first * MINUTE_NS, start_ns + last * MINUTE_NS) for first, last in _stretches(lacking)
    )


def _stretches(mask: Mask) -> Iterator[tuple[int, int]]:
    """First and behind the last of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _clipped(at_ns: int, start_ns: int, count: int) -> int:
    return int(min(max((at_ns - start_ns) // MINUTE_NS, 0), count))
