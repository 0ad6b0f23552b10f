"""What differences say, all of them together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from evidence.comparison_record import ChangeVerdict
from slo.comparison.bounded import ALPHA
from slo.comparison.difference import Difference

METHOD = (
    "Latency percentiles: their logarithms, bounded by the ranks of the run's own values (whatever the "
    "distribution), at the sample size that is left when slow answers in bursts count for what they are "
    "worth.",
    "Shares of bad requests, and of requests without an answer: exact binomial bounds (Clopper-Pearson), at "
    "the effective sample size (Korn-Graubard) where failures come in bursts.",
    "Bounds of a difference: from those of both sides (MOVER, Zou and Donner 2008).",
    "Recovery: change points of good requests, placed within the length of their buckets and 1 s.",
    "Regressed or improved: one-sided tests of the hypothesis that the effect is not beyond the least that "
    "matters, false discovery rate 5% over all figures (Benjamini-Hochberg 1995) in each direction: where "
    "nothing is worse, the chance that anything is said to be is 5% at most.",
    "No change: both one-sided bounds, 95% each, lie within the least effect that matters (two one-sided "
    "tests, Schuirmann 1987).",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The least effects that matter, on the scale of a difference."""

    low: float
    high: float
    higher_is_worse: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A difference, and what would matter."""

    difference: Difference
    limits: Limits


@dataclass(frozen=True, slots=True)
class Answer:
    """What a difference says."""

    verdict: ChangeVerdict
    effect: float
    low: float
    high: float
    p_value: float | None
    """Of the direction that the effect has; None above 5%."""
    times_the_evidence: float | None
    """Of NOT PROVEN: how many times as many requests would tell, were the effect as it is now; None where
    no number would."""


def decide(questions: Sequence[Question]) -> tuple[Answer, ...]:
    """An answer to each, in their order; false alarms are held down over all of them."""
    above = [one.difference.p_above(one.limits.high) for one in questions]
    below = [one.difference.p_below(one.limits.low) for one in questions]
    worse = [a if q.limits.higher_is_worse else b for q, a, b in zip(questions, above, below, strict=True)]
    better = [b if q.limits.higher_is_worse else a for q, a, b in zip(questions, above, below, strict=True)]
    return tuple(
        _answer(question, p_worse, p_better, is_worse=is_worse, is_better=is_better)
        for question, p_worse, p_better, is_worse, is_better in zip(
            questions, worse, better, discoveries(worse), discoveries(better), strict=True
        )
    )


def discoveries(p_values: Sequence[float | None], alpha: float = ALPHA) -> tuple[bool, ...]:
    """Which hypotheses fall at a false discovery rate of `alpha`; None stands for a p-value above it.

    Benjamini and Hochberg, JRSS B 57, 1995; it holds for tests that depend on each other positively, as those
    of a whole and its parts do (Benjamini and Yekutieli, Annals of Statistics 29, 2001).
    """
    known = sorted(one for one in p_values if one is not None)
    count = len(p_values)
    passed = [one for rank, one in enumerate(known, start=1) if one <= rank * alpha / count]
    limit = max(passed, default=-1.0)
    return tuple(one is not None and one <= limit for one in p_values)


def _answer(
    question: Question, p_worse: float | None, p_better: float | None, *, is_worse: bool, is_better: bool
) -> Answer:
    difference, limits = question.difference, question.limits
    low, high = difference.low(), difference.high()
    times = None
    if is_worse:
        verdict = ChangeVerdict.REGRESSED
    elif is_better:
        verdict = ChangeVerdict.IMPROVED
    elif low > limits.low and high < limits.high:
        verdict = ChangeVerdict.NO_CHANGE
    else:
        verdict = ChangeVerdict.NOT_PROVEN
        times = _times_the_evidence(difference.effect, low, high, limits)
    p_value = p_worse if p_worse is not None else p_better
    return Answer(verdict, difference.effect, low, high, p_value, times)


def _times_the_evidence(effect: float, low: float, high: float, limits: Limits) -> float | None:
    """Bounds shrink with the square root of the evidence: how often it takes until they clear a limit."""
    if not all(isfinite(one) for one in (effect, low, high)):
        return None
    needed: list[float] = []
    if effect > limits.high:
        needed = [_ratio(effect - low, effect - limits.high)]
    elif effect < limits.low:
        needed = [_ratio(high - effect, limits.low - effect)]
    else:
        needed = [_ratio(high - effect, limits.high - effect), _ratio(effect - low, effect - limits.low)]
    times = max(needed) ** 2
    return max(1.0, times) if isfinite(times) else None


def _ratio(margin: float, room: float) -> float:
    return margin / room if room > 0 else float("inf")


def overall(verdicts: Sequence[ChangeVerdict], deciding: Sequence[ChangeVerdict]) -> ChangeVerdict:
    """A regression anywhere wins; then what decides must all be told, and something must decide."""
    if ChangeVerdict.REGRESSED in verdicts:
        return ChangeVerdict.REGRESSED
    if not deciding or ChangeVerdict.NOT_PROVEN in deciding:
        return ChangeVerdict.NOT_PROVEN
    return ChangeVerdict.IMPROVED if ChangeVerdict.IMPROVED in deciding else ChangeVerdict.NO_CHANGE
