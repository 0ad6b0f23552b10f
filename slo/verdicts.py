"""Deciding: what a count says of a promise, and what all of them say of the run. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from evidence.verdict_record import (
    CellVerdict,
    ContractCell,
    Interval,
    ObjectiveResult,
    Validity,
    Verdict,
)
from slo.counting import Tally
from slo.indicator_words import (
    counted_thing,
    counted_things,
    said_of_good,
    said_of_unknown,
    what_would_tell,
)
from slo.inference.any_time import AnyTime, any_time_interval, more_alike
from slo.inference.block_counts import LEAST_BLOCKS, BlockCounts
from slo.inference.dispersion import Dispersion, dispersion
from slo.inference.ratio import Need, infer, infer_mean, more_needed, spread_of
from slo.promise import Objective
from slo.wording import duration, percent, target_percent

type Question = Literal["inference", "window"] | AnyTime
"""inference: would the service meet it; window: did it, in this window; AnyTime: would it, with looks."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a count says of a promise."""

    verdict: Verdict
    interval: Interval | None
    reason: str
    needs: str | None


def judge(objective: Objective, tally: Tally, question: Question = "inference") -> Judgement:
    """Whether the promise holds. Numbers are compared unrounded; no request is never MET.

    inference: MET where the one-sided lower bound reaches the target, MISSED where the upper bound is below
    it, NOT PROVEN between; AnyTime: the same with bounds that hold at every look together. window: MET
    where the ratio reaches the target, else MISSED. Where the evidence cannot tell of some whether they are
    good, only what holds either way is said.
    """
    if tally.unknown:
        return _judge_bounds(objective, tally, question)
    if tally.total == 0:
        return Judgement(
            Verdict.NOT_PROVEN, None, f"no {counted_thing(objective)} counts", _needs(objective, tally, None)
        )
    spread = _spread(tally)
    interval = _interval(objective, tally, spread, question)
    told = _told(objective, tally)
    if question == "window":
        held = Fraction(tally.good, tally.total) >= objective.exact_target
        return Judgement(Verdict.MET if held else Verdict.MISSED, interval, told, None)
    if interval.low >= objective.target:
        return Judgement(Verdict.MET, interval, f"{told}; {_at_least(objective, interval)}", None)
    if interval.high < objective.target:
        return Judgement(Verdict.MISSED, interval, told, None)
    reason = f"{told}; {_too_few(spread)}: {_at_least(objective, interval)}"
    needs = (
        _needs_at_looks(objective, tally, question)
        if isinstance(question, AnyTime)
        else _needs(objective, tally, spread)
    )
    return Judgement(Verdict.NOT_PROVEN, interval, reason, needs)


def _interval(objective: Objective, tally: Tally, spread: Dispersion | None, question: Question) -> Interval:
    if isinstance(question, AnyTime):
        return any_time_interval(*_at_looks(objective.target, tally, question))
    if tally.parts > 1:
        return infer_mean(tally.good, tally.total, tally.parts, spread)
    return infer(tally.good, tally.total, spread)


def _at_looks(
    target: float, tally: Tally, question: AnyTime
) -> tuple[int, int, float, BlockCounts | None, float]:
    """What is asked of those who look."""
    if tally.parts == 1:
        return tally.good, tally.total, target, tally.blocks, question.burst_s
    # Parts of a slice are no evidence of their own: they share its fate, as a burst does.
    slice_s = 0.0 if tally.blocks is None else tally.blocks.block_s
    good, total = tally.good // tally.parts, tally.total // tally.parts
    return good, total, target, tally.blocks, max(question.burst_s, slice_s)


def _spread(tally: Tally) -> Dispersion | None:
    if tally.parts > 1:
        enough = tally.blocks is not None and len(tally.blocks.block) >= LEAST_BLOCKS
        return dispersion(tally.blocks) if tally.blocks is not None and enough and tally.bad else None
    return spread_of(tally.blocks)


def _too_few(spread: Dispersion | None) -> str:
    if spread is None:
        return "too few to tell"
    bursts = round(spread.bursts)
    return f"failures came in bursts, about {bursts:,} of them: too few to tell"


def _judge_bounds(objective: Objective, tally: Tally, question: Question) -> Judgement:
    """MET where all that is unknown may be bad, MISSED where all of it may be good, else NOT PROVEN."""
    told = said_of_unknown(objective, tally.unknown, tally.total)
    at_worst = judge(objective, tally.were_unknown(good=False), question)
    if at_worst.verdict is Verdict.MET:
        return Judgement(Verdict.MET, None, f"{told}; {at_worst.reason}, were all of them bad", None)
    at_best = judge(objective, tally.were_unknown(good=True), question)
    if at_best.verdict is Verdict.MISSED:
        return Judgement(Verdict.MISSED, None, f"{told}; {at_best.reason}, were all of them good", None)
    needs = what_would_tell(objective)
    if at_best.verdict is Verdict.MET:
        return Judgement(Verdict.NOT_PROVEN, None, told, needs)
    # To know of them would not be enough.
    more = "" if at_best.needs is None else f", and then {at_best.needs.removeprefix('needs ')}"
    reason = f"{told}; {at_best.reason}, were all of them good"
    return Judgement(Verdict.NOT_PROVEN, None, reason, f"{needs}{more}")


def budget(objective: Objective, total: int) -> float:
    """Bad requests allowed among `total`."""
    return float((1 - objective.exact_target) * total)


def overall(
    validity: Validity, demanded: Iterable[ObjectiveResult], cells: Iterable[ContractCell] = ()
) -> Verdict:
    """The verdict of a run: INVALID wins, then MISSED, then NOT PROVEN; where nothing is demanded, nothing is
    proven. `cells` are the demanded ones of the contract.
    """
    verdicts = {one.verdict for one in demanded} | {_OF_CELL[cell.verdict] for cell in cells}
    if not validity.valid:
        return Verdict.INVALID
    if Verdict.MISSED in verdicts:
        return Verdict.MISSED
    return Verdict.MET if verdicts == {Verdict.MET} else Verdict.NOT_PROVEN


_OF_CELL = {
    CellVerdict.PROVED: Verdict.MET,
    CellVerdict.VIOLATED: Verdict.MISSED,
    CellVerdict.NOT_EXERCISED: Verdict.NOT_PROVEN,
}


def _told(objective: Objective, tally: Tally) -> str:
    ratio = percent(tally.good / tally.total, beside=objective.target)
    promised = f"{target_percent(objective.target)} is promised"
    if tally.parts > 1:
        return (
            f"{ratio} is the mean of {tally.total // tally.parts:,} {counted_things(objective)}, {promised}"
        )
    allowed = floor((1 - objective.exact_target) * tally.total)
    return (
        f"{ratio} of {tally.total:,} {counted_things(objective)} were {said_of_good(objective)}, {promised}: "
        f"{tally.bad:,} bad where {allowed:,} {'is' if allowed == 1 else 'are'} allowed"
    )


def _at_least(objective: Objective, interval: Interval) -> str:
    low = percent(interval.low, beside=objective.target)
    return f"at least {low} with {interval.level:.0%} confidence"


def _needs(objective: Objective, tally: Tally, spread: Dispersion | None) -> str:
    need = _need(objective.target, tally, spread)
    more = "more " if tally.total else ""
    text = f"needs {need.events:,} {more}{counted_things(objective, need.events)}"
    text += " at the present ratio" if need.at_present_ratio and tally.bad else " without a bad one"
    if tally.rate_per_s is not None:
        text += f" (about {duration(need.events * tally.parts / tally.rate_per_s)} at this rate)"
    return text


def _needs_at_looks(objective: Objective, tally: Tally, question: AnyTime) -> str:
    more = more_alike(*_at_looks(objective.target, tally, question))
    if more is None:
        return _needs(objective, tally, None).replace("needs ", "needs at least ", 1)
    rate = tally.rate_per_s
    events = ceil(max(more.times * tally.total, more.least_s * (rate or 0.0)) / tally.parts)
    text = f"needs about {events:,} more {counted_things(objective, events)} like these"
    return text if rate is None else f"{text} (about {duration(events * tally.parts / rate)} at this rate)"


def _need(target: float, tally: Tally, spread: Dispersion | None) -> Need:
    need = more_needed(tally.good, tally.total, target, spread)
    if tally.parts == 1:
        return need
    whole = more_needed(tally.good / tally.parts, tally.total / tally.parts, target)
    in_slices = replace(need, events=-(-need.events // tally.parts))
    return max(whole, in_slices, key=lambda one: one.events)
