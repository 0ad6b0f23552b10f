"""By how much counters grew from one instant of a grid to the next, with resets and births.

A counter that fell was reset, and has counted since from 0, as for Prometheus' own `increase`
(https://prometheus.io/docs/prometheus/latest/querying/functions/#increase); before that it grew to its
highest value in the step. Nothing is extrapolated, and what was counted between the last scrape and a reset
is lost.

A series that is there when its target was there before without it was born with its first event, and is
counted from 0: `increase` would count none of its first value, and so not the first failures of an outage. A
target that is seen for the first time is counted from then on: when it began, nobody knows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slo.prometheus.answers import Labels, Values

type Peaks = Callable[[], Mapping[Labels, Values]]
"""The highest value of each series in the step that ends with each instant of the grid."""
type Seen = NDArray[np.bool_]
TARGET_LABELS = ("job", "instance")
"""Whose process a series is of. Without them all series are of one."""


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """One series between the instants of a grid: one value fewer than those have."""

    increase: Values
    """0 where it is not known."""
    seen: Seen
    """At the later instant."""


def target_of(labels: Labels) -> Labels:
    """The target that a series is of."""
    return tuple((name, value) for name, value in labels if name in TARGET_LABELS)


def targets_seen(series: Mapping[Labels, Values]) -> dict[Labels, Seen]:
    """At which instants of the grid each target has any of these series."""
    seen: dict[Labels, Seen] = {}
    for labels, values in series.items():
        target = target_of(labels)
        there = ~np.isnan(values)
        seen[target] = seen[target] | there if target in seen else there
    return seen


@dataclass(frozen=True, slots=True)
class Counter:
    """Series of one expression over consecutive grids, each beginning where the one before ended."""

    _last: dict[Labels, float] = field(default_factory=dict)

    def grow(
        self, series: Mapping[Labels, Values], targets: Mapping[Labels, Seen], peaks: Peaks
    ) -> dict[Labels, Growth]:
        """How the series grew over the next grid; `targets` as `targets_seen` tells of it. `peaks` is asked
        only where one was reset.
        """
        return {labels: self._grow(labels, values, targets, peaks) for labels, values in series.items()}

    def _grow(self, labels: Labels, values: Values, targets: Mapping[Labels, Seen], peaks: Peaks) -> Growth:
        there = np.flatnonzero(~np.isnan(values))
        increase = np.zeros(len(values) - 1)
        seen = ~np.isnan(values[1:])
        if not len(there):
            return Growth(increase, seen)
        target = targets.get(target_of(labels), np.zeros(len(values), dtype=bool))
        found = values[there]
        later = there > 0
        before = np.concatenate([[self._last.get(labels, np.nan)], found[:-1]])
        # Absent just before, while its target was there: it began anew.
        absent = np.ones(len(there), dtype=bool)
        absent[later] = np.isnan(values[there[later] - 1])
        born = absent & later & target[np.maximum(there - 1, 0)]
        grown = np.where(found >= before, found - before, found)
        fell = (found < before) & ~born
        if fell.any():
            grown = grown + np.where(fell, _before_reset(peaks().get(labels), there, before), 0.0)
        grown = np.where(born, found, np.where(np.isnan(before), 0.0, grown))
        increase[there[later] - 1] = grown[later]
        self._last[labels] = float(found[-1])
        return Growth(increase, seen)


def _before_reset(peaks: Values | None, there: NDArray[np.int64], before: Values) -> Values:
    """What a counter that fell in a step had grown to before it did."""
    if peaks is None:
        return np.zeros(len(there))
    return np.maximum(np.nan_to_num(peaks[there] - before), 0.0)
