"""The difference of a figure between some runs and others, with bounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan, sqrt
from statistics import fmean

from slo.comparison.bounded import ALPHA, Bounded, normal, student

_ONE_SIGMA = 0.15865525393145707
"""The upper tail of the normal distribution beyond one standard deviation."""
_SMALLEST_P = 1e-9
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """After less before, each side the mean of its runs.

    Bounds of two means become bounds of their difference by the method of variance estimates recovery (MOVER:
    Zou and Donner, Statistics in Medicine 27, 2008; of two ratios it is method 10 of Newcombe, Statistics in
    Medicine 17, 1998): each side brings the squared distance from its estimate to its own bound, so that
    lopsided bounds stay lopsided. With three runs or more, what runs of one side differ by, beyond their own
    noise, is variance from run to run, the same on both sides (a random effect by the method of moments,
    DerSimonian and Laird, Controlled Clinical Trials 7, 1986), and is added with Student's quantile of so
    few runs. With two runs there is nothing to see it from: then only what is said of it counts.
    """

    before: tuple[Bounded, ...]
    after: tuple[Bounded, ...]
    known_spread: float = 0.0
    """Standard deviation from run to run that is known beforehand, on the scale of the figure; where more is
    seen, that counts."""

    @property
    def effect(self) -> float:
        """After less before; not a number where both are infinite."""
        return _mean(self.after) - _mean(self.before)

    def low(self, alpha: float = ALPHA) -> float:
        """The lower bound of the effect."""
        return _less(self.effect, sqrt(self._below(self.after, self.before, alpha)))

    def high(self, alpha: float = ALPHA) -> float:
        """The upper bound of the effect."""
        return -_less(-self.effect, sqrt(self._below(self.before, self.after, alpha)))

    def p_above(self, limit: float) -> float | None:
        """The p-value of the hypothesis that the effect is at most `limit`; None above ALPHA."""
        return _p_value(lambda alpha: self.low(alpha) > limit)

    def p_below(self, limit: float) -> float | None:
        """The p-value of the hypothesis that the effect is at least `limit`; None above ALPHA."""
        return _p_value(lambda alpha: self.high(alpha) < limit)

    def _below(self, falling: tuple[Bounded, ...], rising: tuple[Bounded, ...], alpha: float) -> float:
        """The square of how far the difference may be off: `falling` too high, `rising` too low."""
        fallen = sum((one.estimate - one.bounds(alpha).low) ** 2 for one in falling) / len(falling) ** 2
        risen = sum((one.bounds(alpha).high - one.estimate) ** 2 for one in rising) / len(rising) ** 2
        return fallen + risen + self._from_run_to_run(alpha)

    def _from_run_to_run(self, alpha: float) -> float:
        """The square of what it adds to a bound."""
        runs = 1 / len(self.before) + 1 / len(self.after)
        known = normal(alpha) ** 2 * self.known_spread**2 * runs
        freedom = len(self.before) + len(self.after) - 2
        if freedom < 1:
            return known
        squares = sum((one.estimate - _mean(side)) ** 2 for side in (self.before, self.after) for one in side)
        own = fmean(_variance(one) for one in (*self.before, *self.after))
        if not isfinite(squares):
            return inf
        between = max(0.0, squares / freedom - own) * runs
        return max(known, student(alpha, freedom) ** 2 * between if between else 0.0)


def _mean(side: Sequence[Bounded]) -> float:
    return fmean(one.estimate for one in side)


def _variance(one: Bounded) -> float:
    """That of the estimate within its run."""
    around = one.bounds(_ONE_SIGMA)
    return ((around.high - around.low) / 2 / normal(_ONE_SIGMA)) ** 2


def _less(effect: float, margin: float) -> float:
    """What is unknown has no bound."""
    return -inf if isnan(effect) or isnan(margin) or margin == inf else effect - margin


def _p_value(rejects: Callable[[float], bool]) -> float | None:
    """The least level at which the hypothesis is rejected, by bisection: bounds widen as it falls."""
    if not rejects(ALPHA):
        return None
    low, high = _SMALLEST_P, ALPHA
    if rejects(low):
        return low
    for _ in range(_HALVINGS):
        middle = sqrt(low * high)
        low, high = (low, middle) if rejects(middle) else (middle, high)
        if high / low < 1.01:
            break
    return high
