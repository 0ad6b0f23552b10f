"""Whether requests fail independently of each other: a test on how often failures share a block of time.

Given how many of a stratum's requests failed, independence makes every choice of those requests equally
likely. Then the number of pairs of failures that share a block has a known mean and variance (the birthday
problem); bursts make more pairs. All lengths of blocks are asked, with Bonferroni's correction.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaincc

from slo.inference.block_counts import BlockCounts

ALPHA = 0.05
"""Below it, failures count as bursts. Failures that are independent are then taken for bursts once in 20
times, which only widens the interval."""
_POISSON_LIKE = 1.2
"""Variance over mean up to which the number of pairs is taken as Poisson: rare pairs; else as gamma."""


@dataclass(frozen=True, slots=True)
class IndependenceTest:
    """The answer of the test."""

    p_value: float
    """The chance of that many pairs, or more, were failures independent; 1 where there are no two
    failures."""

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against independence."""
        return self.p_value > ALPHA


def independence_test(counts: BlockCounts) -> IndependenceTest:
    """Ask all lengths of blocks; the smallest p-value times their number."""
    values = [_pairs_p_value(level) for level in counts.levels()]
    return IndependenceTest(min(1.0, min(values) * len(values)) if values else 1.0)


def _pairs_p_value(counts: BlockCounts) -> float:
    position, totals, bads = counts.per_stratum()
    share = counts.total / totals[position]
    y = bads.astype(np.float64)
    second, third = np.zeros(len(y)), np.zeros(len(y))
    np.add.at(second, position, share**2)
    np.add.at(third, position, share**3)
    mean = float((y * (y - 1) / 2 * second).sum())
    variance = float(
        (y * (y - 1) / 2 * (second - second**2) + y * (y - 1) * (y - 2) * (third - second**2)).sum()
    )
    pairs = int((counts.bad * (counts.bad - 1) // 2).sum())
    if mean <= 0 or variance <= 0 or pairs <= mean:
        return 1.0
    if variance <= _POISSON_LIKE * mean:
        return float(gammainc(pairs, mean))
    return float(gammaincc(mean**2 / variance, (pairs - 0.5) * mean / variance))
