"""Which buckets of a histogram bound a threshold."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, inf, isfinite, log2

_CLOSE = 1e-9
"""Of two edges, in parts: what is closer is the same."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The nearest edges of buckets around a threshold, in its unit."""

    low: float
    """Not above the threshold; 0 where there is none."""
    high: float
    """Not below it; infinity where there is none."""

    @property
    def exact(self) -> bool:
        """The threshold is an edge itself."""
        return self.low == self.high


def classic_edges(labels: Iterable[str], threshold: float) -> Edges:
    """Those of `le` labels."""
    values = [float(label) for label in labels]
    same = [value for value in values if abs(value - threshold) <= _CLOSE * threshold]
    if same:
        return Edges(same[0], same[0])
    low = max((value for value in values if value < threshold), default=0.0)
    return Edges(max(low, 0.0), min((value for value in values if value > threshold), default=inf))


def labels_at(labels: Iterable[str], edge: float) -> tuple[str, ...]:
    """The ways in which an edge is written: 1, 1.0."""
    return tuple(sorted(label for label in labels if float(label) == edge))


def native_edges(buckets: Iterable[tuple[float, float]], threshold: float) -> Edges:
    """Those of native histograms: powers of 2^(2^-schema), of which coarser schemas have every second one
    (https://prometheus.io/docs/specs/native_histograms/#schema). The coarsest schema seen decides.
    """
    growths = [log2(right / left) for left, right in buckets if left > 0 and isfinite(right) and right > left]
    if not growths:
        return Edges(0.0, inf)
    # A bucket grows by 2^-schema in its logarithm: 1, 1/2, 1/4… or, in coarse schemas, 2, 4…
    width = 2.0 ** round(log2(max(growths)))
    position = log2(threshold) / width
    if abs(position - round(position)) <= _CLOSE:
        return Edges(threshold, threshold)
    return Edges(2 ** (floor(position) * width), 2 ** (ceil(position) * width))
