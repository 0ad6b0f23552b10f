"""Bounds that hold at every look together: a run may be watched, and ended when it has proven enough.

A bound for one count is wrong once in 20 times at each look; who looks often enough will meet that. A
confidence sequence is wrong once in 20 runs, however often one looks (Howard, Ramdas, McAuliffe, Sekhon,
Time-uniform, nonparametric, nonasymptotic confidence sequences, Annals of Statistics 49(2), 2021). Two are
used:

Independent requests: the mixture of binomial likelihood ratios over a beta prior (Robbins, Annals of
Mathematical Statistics 41, 1970; the above, section 4.2), which is closed.

Bursts: bets on the bad requests in each block of time, which are wrong for no dependence inside a block
(Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B 86(1), 2024); a
fixed mixture of bets, so that nothing needs to be tuned. The stake is the same for every request, in busy
blocks and idle ones: where it were the same for every block, failures at the peak would count too little. How
many requests a block has is the schedule's choice, and known before they fail: bets that a busier
block could lose more than all by are given up before it, with whatever they won, and those that are left
stay as they were begun with.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import betaln, logsumexp

from evidence.verdict_record import Interval
from slo.inference.block_counts import BlockCounts, Counts

MIXTURE = "confidence sequence (beta-binomial mixture), holds at every look"
BETTING = "confidence sequence (betting on blocks of {block_s:g} s), holds at every look"
_PRIOR_WEIGHT = 1000.0
"""The prior counts as so many requests seen before: narrowest after some thousand."""
_BETS = 0.99 * 2.0 ** -np.concatenate([np.arange(12) / 4, np.arange(3, 25)])
"""Stakes on a request, times as many as the first block has: from nearly all that there is on that block
down, in small steps first, for no block is much busier as a rule."""
_NONE, _ALL = 1e-12, 1 - 1e-12


def mixture_interval(good: float, total: float, target: float, alpha: float) -> Interval:
    """For independent requests. The prior lies around `target`, which costs nothing of its guarantee: there
    the question is decided.
    """
    bad, rate = total - good, 1 - target
    prior_bad = max(_PRIOR_WEIGHT * rate, 0.5)
    prior_good = prior_bad * target / rate
    evidence = betaln(prior_bad + bad, prior_good + good) - betaln(prior_bad, prior_good)

    def excess(ratio: float) -> float:
        return float(evidence - bad * np.log1p(-ratio) - good * np.log(ratio) + np.log(alpha))

    low, high = _outside(excess, good / total if total else target)
    return Interval(low, high, 1 - alpha, MIXTURE)


def betting_interval(counts: BlockCounts, alpha: float, times: float = 1.0) -> Interval:
    """For bursts: each block of `counts` is one bet, whatever happens inside it; were each there so many
    `times`."""
    return Interval(
        low=1.0 - _highest_ratio(counts.bad, counts.total, alpha, times),
        high=_highest_ratio(counts.total - counts.bad, counts.total, alpha, times),
        level=1 - alpha,
        method=BETTING.format(block_s=counts.block_s),
    )


def _highest_ratio(counted: Counts, total: Counts, alpha: float, times: float) -> float:
    """The highest ratio of `counted` to `total` that blocks with so few do not yet speak against."""
    pairs, repeats = np.unique(np.stack([counted, total]), axis=1, return_counts=True)
    few, weights = pairs
    bets = _BETS / total[0]
    borne = bets[bets * total.max() < 1]
    if not len(borne):
        return 1.0

    def excess(ratio: float) -> float:
        gains = np.log1p(np.outer(borne / (1 - ratio), ratio * weights - few)) @ (repeats * times)
        return float(logsumexp(gains) - np.log(len(_BETS)) + np.log(alpha))

    if excess(_ALL) < 0:
        return 1.0
    return _root(excess, _NONE, _ALL) if excess(_NONE) < 0 else 0.0


def _outside(excess: Callable[[float], float], middle: float) -> tuple[float, float]:
    """Where, below and above `middle`, the capital against a ratio reaches 1 / alpha."""
    centre = min(max(middle, _NONE), _ALL)
    low = _root(excess, _NONE, centre) if excess(_NONE) > 0 > excess(centre) else 0.0
    high = _root(excess, centre, _ALL) if excess(_ALL) > 0 > excess(centre) else 1.0
    return low, high


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    """Where it crosses zero; it does, between these."""
    from scipy.optimize import brentq  # noqa: PLC0415 -- loading it takes half a second, which only looks need

    return float(brentq(excess, low, high, xtol=1e-13))
