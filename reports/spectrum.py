"""Percentiles read off counts by bin of latency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.cells import SPECTRUM_PER_DECADE, Cells

NINES_A_STEP = 0.05
"""How far apart points of the spectrum are, in nines: 20 from 90% to 99%."""


@dataclass(frozen=True, slots=True)
class SpectrumLine:
    """One distribution as a line: nines (-log10(1 - quantile)) and milliseconds."""

    name: str
    requests: int
    points: tuple[tuple[float, float], ...]
    """From the fastest to the slowest; the last is where one request is beyond."""


def operation_lines(cells: Cells) -> tuple[SpectrumLine, ...]:
    """A line for each operation, the one with the most requests first."""
    lines = (line(one.operation, one.latency) for one in cells.spectra)
    return tuple(one for one in lines if one.requests)


def whole_line(cells: Cells, *, service: bool = False) -> SpectrumLine:
    """All requests together: latency from the intended instant, or service time."""
    merged: dict[int, int] = {}
    for one in cells.spectra:
        for bin_, requests in (one.service if service else one.latency).items():
            merged[bin_] = merged.get(bin_, 0) + requests
    return line("service time" if service else "all", merged)


def line(name: str, counts: Mapping[int, int]) -> SpectrumLine:
    """The spectrum of requests by bin."""
    total = sum(counts.values())
    if not total:
        return SpectrumLine(name, 0, ())
    return SpectrumLine(name, total, tuple(_points(sorted(counts.items()), total)))


def _points(counts: Iterable[tuple[int, int]], total: int) -> Iterable[tuple[float, float]]:
    """A point for each step of nines, the value in the middle of its bin."""
    ordered = iter(counts)
    bin_, below = next(ordered)
    step = 0
    # 10^-nines of all requests are slower; where less than one is, the line ends.
    while (slower := 10 ** (-step * NINES_A_STEP)) * total >= 1:
        while below < (1 - slower) * total:
            bin_, more = next(ordered)
            below += more
        yield step * NINES_A_STEP, 10 ** ((bin_ + 0.5) / SPECTRUM_PER_DECADE)
        step += 1
