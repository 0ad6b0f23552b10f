"""How far a variance between blocks of time can be relied on."""

from dataclasses import dataclass

import numpy as np

from slo.inference.block_counts import BlockCounts
from slo.inference.dispersion import Dispersion

_MOST_LIKE = 0.9
"""The likeness of neighbours that is reckoned with at most."""


@dataclass(frozen=True, slots=True)
class Reliance:
    """What a `Dispersion` does not say of its variance."""

    factor: float
    """So many times larger it is where neighbouring blocks are alike; 1 where they are not."""
    freedom: float
    """Degrees of freedom that it rests on; at least 1."""


def reliance(counts: BlockCounts, spread: Dispersion) -> Reliance:
    """From what blocks of the length that `spread` chose have beyond their stratum's ratio.

    A slowness that outlasts the longest blocks makes neighbours alike: of a series whose likeness falls with
    distance as r, r², … the variance of the sum is (1 + r) / (1 - r) times that of apart ones (Bartlett,
    Journal of the Royal Statistical Society 98, 1935). A variance V that sums squares b² has 2 V² / var(V)
    degrees of freedom (Satterthwaite, Biometrics Bulletin 2, 1946), and var(V) is about
    sum b⁴ - (sum b²)² / B of B blocks: B where they vary alike, about twice the number of bursts where few of
    them hold it all.
    """
    level = counts
    while level.block_s < spread.block_s:
        level = level.coarser()
    position, totals, bads = level.per_stratum()
    beyond = level.bad - level.total * (bads / totals)[position]
    squares = beyond.astype(np.float64) ** 2
    variance = float(squares.sum())
    spare = max(1.0, float(len(squares) - len(totals)))
    if variance <= 0:
        return Reliance(1.0, spare)
    neighbours = (np.diff(level.block) == 1) & (np.diff(position) == 0)
    likeness = float((beyond[1:] * beyond[:-1])[neighbours].sum()) / variance
    likeness = min(max(likeness, 0.0), _MOST_LIKE)
    factor = (1 + likeness) / (1 - likeness)
    uneven = float((squares**2).sum()) - variance**2 / len(squares)
    freedom = spare if uneven <= 0 else min(spare, 2 * variance**2 / uneven)
    return Reliance(factor, max(1.0, freedom / factor))
