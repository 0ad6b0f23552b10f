"""Deciding: what a count says of a promise, and what all of them say of the run. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
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
from slo.interval import exact_interval, needed_events
from slo.objective import Objective
from slo.wording import duration, percent, target_percent

type Question = Literal["inference", "window"]
"""inference: would the service meet it; window: did it, in this window."""


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
    it, NOT PROVEN between. window: MET where the ratio reaches the target, else MISSED. Where the evidence
    cannot tell of some whether they are good, only what holds either way is said.
    """
    if tally.unknown:
        return _judge_bounds(objective, tally, question)
    if tally.total == 0:
        needs = _needs(objective, tally)
        return Judgement(Verdict.NOT_PROVEN, None, "no request counts", needs)
    interval = exact_interval(tally.good, tally.total)
    if question == "window":
        held = Fraction(tally.good, tally.total) >= objective.exact_target
        return Judgement(Verdict.MET if held else Verdict.MISSED, interval, _told(objective, tally), None)
    if interval.low >= objective.target:
        reason = f"{_told(objective, tally)}; {_at_least(objective, interval)}"
        return Judgement(Verdict.MET, interval, reason, None)
    if interval.high < objective.target:
        return Judgement(Verdict.MISSED, interval, _told(objective, tally), None)
    reason = f"{_told(objective, tally)}; too few to tell: {_at_least(objective, interval)}"
    return Judgement(Verdict.NOT_PROVEN, interval, reason, _needs(objective, tally))


def _judge_bounds(objective: Objective, tally: Tally, question: Question) -> Judgement:
    """MET where all that is unknown may be bad, MISSED where all of it may be good, else NOT PROVEN."""
    told = f"the latency of {tally.unknown:,} of {tally.total:,} requests is not recorded"
    at_worst = judge(objective, replace(tally, unknown=0), question)
    if at_worst.verdict is Verdict.MET:
        return Judgement(Verdict.MET, None, f"{told}; {at_worst.reason}, were all of them too slow", None)
    at_best = judge(objective, replace(tally, good=tally.good + tally.unknown, unknown=0), question)
    if at_best.verdict is Verdict.MISSED:
        return Judgement(Verdict.MISSED, None, f"{told}; {at_best.reason}, were all of them in time", None)
    return Judgement(Verdict.NOT_PROVEN, None, told, "needs evidence that records how long requests took")


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
    ratio = tally.good / tally.total
    allowed = floor((1 - objective.exact_target) * tally.total)
    return (
        f"{percent(ratio, beside=objective.target)} of {tally.total:,} requests were {_good(objective)}, "
        f"{target_percent(objective.target)} is promised: {tally.bad:,} bad where {allowed:,} "
        f"{'is' if allowed == 1 else 'are'} allowed"
    )


def _good(objective: Objective) -> str:
    return "good" if objective.threshold_ms is None else f"good within {objective.threshold_ms:g} ms"


def _at_least(objective: Objective, interval: Interval) -> str:
    low = percent(interval.low, beside=objective.target)
    return f"at least {low} with {interval.level:.0%} confidence"


def _needs(objective: Objective, tally: Tally) -> str:
    need = needed_events(tally.good, tally.total, objective.target)
    more = "more " if tally.total else ""
    text = f"needs {need.events:,} {more}request{'' if need.events == 1 else 's'}"
    text += " at the present ratio" if need.at_present_ratio and tally.bad else " without a bad one"
    if tally.rate_per_s is not None:
        text += f" (about {duration(need.events / tally.rate_per_s)} at this rate)"
    return text
