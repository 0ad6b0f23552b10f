"""The changes of all figures between two sides. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp, isfinite, log1p

from evidence.comparison_record import Change, ChangeVerdict, Figure, LeastEffects
from slo.comparison.bounded import Bounded
from slo.comparison.decision import Answer, Limits, Question, decide
from slo.comparison.difference import Difference
from slo.comparison.figures import FigureKey, RunFigure, RunFigures
from slo.comparison.scopes import decides
from slo.comparison.wording import told_change, told_needs
from slo.percentile import needed_sample

RELATIVE = frozenset({Figure.LATENCY, Figure.THROUGHPUT})
"""Compared by their logarithms, told as a share of what was before."""
_NOTHING = RunFigure(None, 0, None)


def changes(
    before: Sequence[RunFigures],
    after: Sequence[RunFigures],
    least: LeastEffects,
    latency_spread: float = 0.0,
) -> tuple[Change, ...]:
    """One for each figure that some run has, in the order of the scopes; all are decided together.

    `latency_spread` is the relative standard deviation of latency from run to run, as far as it is known
    beforehand.
    """
    keys = tuple(dict.fromkeys(key for run in (*before, *after) for key in run))
    sides = {key: (_side(before, key), _side(after, key)) for key in keys}
    asked = {
        key: Question(difference, limits(key.figure, least))
        for key, (first, second) in sides.items()
        if (difference := _difference(key, first, second, latency_spread)) is not None
    }
    answers = dict(zip(asked, decide(tuple(asked.values())), strict=True))
    return tuple(_change(key, *sides[key], answers.get(key), least) for key in keys)


def limits(figure: Figure, least: LeastEffects) -> Limits:
    """The least effects that matter, on the scale that the figure is compared on."""
    match figure:
        case Figure.LATENCY:
            return Limits(log1p(-least.latency), log1p(least.latency), higher_is_worse=True)
        case Figure.THROUGHPUT:
            return Limits(log1p(-least.throughput), log1p(least.throughput), higher_is_worse=False)
        case Figure.AVAILABILITY:
            return Limits(-least.availability, least.availability, higher_is_worse=True)
        case Figure.RECOVERY:
            return Limits(-least.recovery_s, least.recovery_s, higher_is_worse=True)


def _side(runs: Sequence[RunFigures], key: FigureKey) -> tuple[RunFigure, ...]:
    return tuple(run.get(key, _NOTHING) for run in runs)


def _difference(
    key: FigureKey, before: Sequence[RunFigure], after: Sequence[RunFigure], latency_spread: float
) -> Difference | None:
    """None where a run has nothing to say."""
    first, second = _known(before), _known(after)
    spread = log1p(latency_spread) if key.figure is Figure.LATENCY else 0.0
    return None if first is None or second is None else Difference(first, second, spread)


def _known(side: Sequence[RunFigure]) -> tuple[Bounded, ...] | None:
    found = tuple(one.bounded for one in side if one.bounded is not None)
    return found if len(found) == len(side) else None


def _change(
    key: FigureKey,
    before: tuple[RunFigure, ...],
    after: tuple[RunFigure, ...],
    answer: Answer | None,
    least: LeastEffects,
) -> Change:
    verdict = ChangeVerdict.NOT_PROVEN if answer is None else answer.verdict
    effect, low, high = (
        (None, None, None)
        if answer is None
        else tuple(_told(key.figure, one) for one in (answer.effect, answer.low, answer.high))
    )
    requests = tuple(one.requests for one in (*before, *after))
    change = Change(
        figure=key.figure,
        quantile=key.quantile,
        scope=key.scope,
        before=tuple(one.value for one in before),
        after=tuple(one.value for one in after),
        requests=requests,
        effect=effect,
        low=low,
        high=high,
        p_value=None if answer is None else answer.p_value,
        verdict=verdict,
        decides=decides(key.figure, key.scope),
        reason="",
    )
    needs = None
    if verdict is ChangeVerdict.NOT_PROVEN:
        least_requests = 1 if key.quantile is None else needed_sample(key.quantile)
        needs = told_needs(change, None if answer is None else answer.times_the_evidence, least_requests)
    return replace(change, reason=told_change(change, least), needs=needs)


def _told(figure: Figure, value: float) -> float | None:
    if not isfinite(value):
        return None
    return exp(value) - 1 if figure in RELATIVE else value
