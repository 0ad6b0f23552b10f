"""Bounds of a ratio whose bad requests come in bursts: Clopper and Pearson's on the effective sample size.

As survey statisticians do for clustered samples (Korn and Graubard, Survey Methodology 24, 1998): the
counts are divided by the design effect, variance seen over variance of independent requests, and Student's
t makes up for a variance that is itself an estimate. What is read off few bursts knows nothing of the next
one, so the bound on the bad side also counts one more burst, as Fay and Feuer do for weighted Poisson
counts (Statistics in Medicine 16, 1997); theirs is as large as the largest seen, which suffices where sizes
are known beforehand. Bursts of random length need twice that: `benchmarks/interval_coverage.py` chose the
factor and measures what it does.

For independent requests (every burst of size one) all of it is Clopper and Pearson's interval.
"""

from dataclasses import dataclass
from functools import lru_cache

from scipy.special import betaincinv, ndtri, stdtrit

from slo.inference.dispersion import Dispersion

UNSEEN_BURST = 2.0
"""The size of the burst that may come next, in sizes of the largest seen."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """One-sided bounds of the ratio of good requests."""

    low: float
    high: float


def clustered_bounds(good: float, bad: float, spread: Dispersion, alpha: float) -> Bounds:
    """Both one-sided bounds. Counts need not be whole: what more requests would prove is asked with parts."""
    total = good + bad
    if bad <= 0:
        return Bounds(exact_low(good, bad, alpha), 1.0)
    if good <= 0:
        return Bounds(0.0, exact_high(good, bad, alpha))
    widened = _student(round(max(1.0, spread.bursts), 3), alpha)
    variance = spread.variance / (good / total) * widened
    unseen = UNSEEN_BURST * spread.largest
    bad_effect = max(1.0, (variance + widened * unseen**2) / (bad + unseen))
    good_effect = max(1.0, variance / bad)
    return Bounds(
        low=float(betaincinv(good / bad_effect, (bad + unseen) / bad_effect, alpha)),
        high=float(betaincinv(good / good_effect + 1, bad / good_effect, 1 - alpha)),
    )


def exact_low(good: float, bad: float, alpha: float) -> float:
    """Clopper and Pearson's lower bound of the ratio of good requests."""
    return float(betaincinv(good, bad + 1, alpha)) if good > 0 else 0.0


def exact_high(good: float, bad: float, alpha: float) -> float:
    """Their upper bound."""
    return float(betaincinv(good + 1, bad, 1 - alpha)) if bad > 0 else 1.0


@lru_cache(maxsize=4096)
def _student(bursts: float, alpha: float) -> float:
    """How much wider the square of a bound is for a variance that rests on so many bursts."""
    return float(stdtrit(bursts, 1 - alpha) / ndtri(1 - alpha)) ** 2
