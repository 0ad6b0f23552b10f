"""How many requests of an objective were good in each stretch of time: what a chart of it shows."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from slo.cube import Asked, Cube, Grid
from slo.inference.block_counts import Counts
from slo.promise import Objective

MINUTE_NS = 60_000_000_000
HEADER = ("objective", "minute", "requests", "good", "unknown")


@dataclass(frozen=True, slots=True, eq=False)
class ObjectiveSeries:
    """Consecutive stretches that have requests, the earliest first; strata and phases joined."""

    objective: str
    start_ns: Counts
    total: Counts
    good: Counts
    unknown: Counts
    """Of a latency objective: answers of which nobody knows how fast they came."""


def minutes(objective: Objective) -> Asked:
    """What a cube must be filled for, to tell the minutes of the clock."""
    return Asked(objective, Grid(0, MINUTE_NS))


def series_of(cube: Cube, asked: Asked) -> ObjectiveSeries:
    """The stretches of time of one objective."""
    counted = cube.counted(asked)
    block, position = np.unique(np.asarray(counted["block"], dtype=np.int64), return_inverse=True)

    def joined(name: str) -> Counts:
        sums = np.bincount(position, weights=np.asarray(counted[name]), minlength=len(block))
        return np.asarray(sums, dtype=np.int64)

    start_ns = block * asked.grid.length_ns + asked.grid.origin_ns
    return ObjectiveSeries(asked.objective.name, start_ns, joined("total"), joined("good"), joined("unknown"))


def write_minutes(file: Path, several: Iterable[ObjectiveSeries]) -> None:
    """As CSV, a row a minute and objective. Raises OSError."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(HEADER)
        for one in several:
            writer.writerows(
                (one.objective, _minute(at_ns), *counts)
                for at_ns, *counts in zip(
                    one.start_ns.tolist(),
                    one.total.tolist(),
                    one.good.tolist(),
                    one.unknown.tolist(),
                    strict=True,
                )
            )


def _minute(at_ns: int) -> str:
    return f"{datetime.fromtimestamp(at_ns // 1_000_000_000, UTC):%Y-%m-%dT%H:%MZ}"
