"""How much the number of bad requests would vary from run to run, read off how blocks of time differ."""

from dataclasses import dataclass, replace

import numpy as np

from slo.inference.block_counts import BlockCounts


@dataclass(frozen=True, slots=True)
class Dispersion:
    """The spread of the number of bad requests, bursts included."""

    variance: float
    """Of the number of bad requests of a run like this one; at least that of independent requests."""
    largest: float
    """The most that one block has beyond its stratum's ratio: the size of the largest burst seen, at least
    1."""
    bursts: float
    """How many bursts of one size would vary as much: (sum s)^2 / sum s^2 of what blocks have beyond the
    ratio."""
    block_s: float
    """The length of blocks at which the variance is largest: about the length of a burst, or longer."""

    def over(self, factor: float) -> "Dispersion":
        """That of a run `factor` times as long, with bursts of the same sizes."""
        return replace(self, variance=self.variance * factor, bursts=self.bursts * factor)


def dispersion(counts: BlockCounts) -> Dispersion | None:
    """The largest over all lengths of blocks of the between-block variance, strata apart.

    At a length, each stratum of B blocks adds B / (B - 1) times the sum of squared differences between the
    bad requests of a block and those that the stratum's ratio would give it (the linearised variance of a
    ratio of cluster totals: Cochran, Sampling Techniques, 1977, section 11.4 with clusters of unequal
    size). Too short blocks cut bursts in pieces and see too little; the largest is on the safe side. None
    for too few blocks.
    """
    best: Dispersion | None = None
    for level in counts.levels():
        one = _of_level(level)
        if best is None or one.variance > best.variance:
            best = one
    return best


def _of_level(counts: BlockCounts) -> Dispersion:
    position, totals, bads = counts.per_stratum()
    ratio = bads / totals
    beyond = counts.bad - counts.total * ratio[position]
    squares, blocks = np.zeros(len(totals)), np.zeros(len(totals))
    np.add.at(squares, position, beyond**2)
    np.add.at(blocks, position, 1)
    independent = totals * ratio * (1 - ratio)
    between = np.where(blocks > 1, squares * blocks / np.maximum(blocks - 1, 1), 0.0)
    variance = float(np.maximum(between, independent).sum())
    surplus = float(beyond[beyond > 0].sum())
    return Dispersion(
        variance=variance,
        largest=max(1.0, float(beyond.max(initial=1.0))),
        bursts=max(1.0, surplus**2 / variance) if variance > 0 else 1.0,
        block_s=counts.block_s,
    )
