"""Where targets were not scraped: what is not there proves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slo.prometheus.answers import Labels
from slo.prometheus.api import Api, Grid
from slo.prometheus.growth import TARGET_LABELS, Seen, target_of

_BY = ", ".join(TARGET_LABELS)


@dataclass(slots=True)
class Scrapes:
    """Which targets had samples in which steps, grid after grid."""

    _scraped: list[dict[Labels, Seen]] = field(default_factory=list)
    _down: list[dict[Labels, Seen]] = field(default_factory=list)
    _lengths: list[int] = field(default_factory=list)
    _doubtful: list[bool] = field(default_factory=list)

    def look(self, api: Api, grid: Grid, selector: str, seen: Mapping[Labels, Seen]) -> None:
        """Ask which targets of `selector` have a sample in each step of the grid.

        A value of a series is there for five minutes after its last sample (Prometheus' lookback), so samples
        are counted instead. Of native histograms, which that function does not count in older servers, `seen`
        tells: where their values were.
        """
        window = f"[{grid.step_s}s]"
        answer = api.over(f"count by ({_BY}) (count_over_time({selector}{window}))", grid)
        scraped = {target_of(labels): ~np.isnan(values[1:]) for labels, values in answer.series.items()}
        if not scraped:
            scraped = {target: there[1:] for target, there in seen.items()}
        down = api.over(f"max by ({_BY}) (max_over_time(up{window})) == 0", grid)
        self._scraped.append(scraped)
        self._down.append({target_of(labels): ~np.isnan(one[1:]) for labels, one in down.series.items()})
        self._lengths.append(grid.count - 1)
        self._doubtful.append(False)

    def doubt(self, grid: Grid) -> None:
        """The server said of the last grid that it could not look everywhere."""
        self._doubtful[-1] = grid.count > 0

    def lacking(self, steps: int) -> NDArray[np.bool_]:
        """Steps in which a target that was there before and after, or that is known to be down, has no
        sample; and those in which no target has any.

        A target that comes, or goes for good, is one of a fleet that grows or shrinks.
        """
        lacking = np.repeat(np.asarray(self._doubtful, dtype=bool), self._lengths)
        anyone = np.zeros(steps, dtype=bool)
        for target in dict.fromkeys(target for part in self._scraped for target in part):
            scraped = self._joined(self._scraped, target, steps)
            there = np.flatnonzero(scraped)
            anyone |= scraped
            if not len(there):
                continue
            inside = np.zeros(steps, dtype=bool)
            inside[there[0] : there[-1] + 1] = True
            lacking |= ~scraped & (inside | self._joined(self._down, target, steps))
        return np.asarray(lacking | ~anyone)

    def _joined(self, parts: list[dict[Labels, Seen]], target: Labels, steps: int) -> Seen:
        joined = [
            part.get(target, np.zeros(length, dtype=bool))
            for part, length in zip(parts, self._lengths, strict=True)
        ]
        return np.concatenate(joined) if joined else np.zeros(steps, dtype=bool)
