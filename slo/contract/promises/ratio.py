"""Judging that at least a share of requests is good, with enough evidence."""

from fractions import Fraction

from slo.contract.judged import Judged
from slo.inference.dispersion import Dispersion
from slo.inference.ratio import infer, more_needed
from slo.verdicts import Question
from slo.wording import duration


def judge_ratio(  # noqa: PLR0913, PLR0917 -- what a share is judged by
    good: int,
    total: int,
    target: float,
    question: Question,
    told: str,
    rate_per_s: float | None,
    spread: Dispersion | None = None,
) -> Judged:
    """Of `total` requests, `good` kept it, at least `target` of them must.

    inference: PROVED where the one-sided lower bound reaches the target, VIOLATED where the upper bound is
    below it, else NOT EXERCISED, with what would be needed; where the bad ones come in bursts (`spread`),
    as objectives are judged (`slo.inference.ratio`). window: by the ratio alone.
    """
    if not total:
        return Judged.not_exercised("nothing", 0, _needs(good, total, target, rate_per_s, None))
    if question == "window":
        held = Fraction(good, total) >= Fraction(str(target))
        return Judged.proved(told, total) if held else Judged.violated(told, total)
    interval = infer(good, total, spread)
    if interval.low >= target:
        return Judged.proved(told, total)
    if interval.high < target:
        return Judged.violated(told, total)
    return Judged.not_exercised(told, total, _needs(good, total, target, rate_per_s, spread))


def _needs(good: int, total: int, target: float, rate_per_s: float | None, spread: Dispersion | None) -> str:
    need = more_needed(good, total, target, spread)
    text = f"needs {need.events:,} {'more ' if total else ''}request{'' if need.events == 1 else 's'}"
    text += " at the present ratio" if need.at_present_ratio and good < total else " without a bad one"
    if rate_per_s:
        text += f" (about {duration(need.events / rate_per_s)} at this rate)"
    return text
