"""What may be said of a promise where a part of its time was not seen: nothing green by accident."""

from dataclasses import dataclass, replace
from fractions import Fraction

from evidence.verdict_record import ObjectiveResult, Verdict
from slo.counting import Tally
from slo.promise import Objective
from slo.verdicts import Question


@dataclass(frozen=True, slots=True)
class Unseen:
    """Minutes of a window, outside maintenance, by what is known of them."""

    seen: int
    missing: int
    """Past, and without evidence."""
    to_come: int = 0
    period: str = "the month"
    """What people call the window."""

    @property
    def total(self) -> int:
        """Of which nothing is known."""
        return self.missing + self.to_come


def with_unseen(
    result: ObjectiveResult,
    objective: Objective,
    counted: Tally,
    unseen: Unseen,
    question: Question,
    *,
    count_as_bad: bool = False,
) -> ObjectiveResult:
    """The same result, told of all of the window.

    What was not seen is never MET; only where `count_as_bad` asks for it, and nothing is still to come, as
    many bad requests as those minutes would have had at the mean rate may be enough to say so. By
    arithmetic it is MISSED only if that many good ones would not have saved it.
    """
    if not unseen.total:
        return result
    told, expected = _told(unseen), _expected(counted, unseen)
    lacking = replace(
        result, verdict=Verdict.NOT_PROVEN, reason=f"{result.reason}; but {told}", needs=_needs(unseen)
    )
    if result.verdict is Verdict.MET:
        if count_as_bad and question == "window" and not unseen.to_come and expected is not None:
            return _at_worst(result, objective, counted, told, expected)
        return lacking
    if result.verdict is Verdict.MISSED and question == "window":
        return lacking if expected is None else _at_best(result, lacking, objective, counted, expected)
    needs = result.needs
    if result.verdict is Verdict.NOT_PROVEN:
        needs = " and ".join(part for part in (_needs(unseen), result.needs) if part)
    return replace(result, reason=f"{result.reason}; {told}", needs=needs)


def _at_best(
    result: ObjectiveResult, lacking: ObjectiveResult, objective: Objective, counted: Tally, expected: int
) -> ObjectiveResult:
    """`lacking` where as many good requests as expected would have saved it."""
    at_best = Fraction(counted.good + counted.unknown + expected, counted.total + expected)
    if at_best >= objective.exact_target:
        return replace(lacking, reason=f"{lacking.reason}: about {expected:,} good requests would save it")
    told = f"about {expected:,} good requests in what lacks evidence would not save it"
    return replace(result, reason=f"{result.reason}; {told}")


def _at_worst(
    result: ObjectiveResult, objective: Objective, counted: Tally, told: str, expected: int
) -> ObjectiveResult:
    at_worst = Fraction(counted.good, counted.total + expected)
    holds = at_worst >= objective.exact_target
    reason = f"{result.reason}; {told}: counted as bad, about {expected:,}, they {'' if holds else 'would '}"
    if holds:
        return replace(result, reason=f"{reason}leave it met")
    return replace(
        result,
        verdict=Verdict.NOT_PROVEN,
        reason=f"{reason}break it",
        needs="needs evidence of what is missing",
    )


def _expected(counted: Tally, unseen: Unseen) -> int | None:
    """Requests in the minutes that were not seen, at the mean rate of those that were."""
    return round(counted.total / unseen.seen * unseen.total) if unseen.seen and counted.total else None


def _told(unseen: Unseen) -> str:
    whole = unseen.seen + unseen.total
    parts = []
    if unseen.missing:
        lack = "lacks" if unseen.missing == 1 else "lack"
        parts.append(f"{unseen.missing:,} of {unseen.period}'s {whole:,} minutes {lack} evidence")
    if unseen.to_come:
        are = "is" if unseen.to_come == 1 else "are"
        of = "" if unseen.missing else f" of {unseen.period}'s {whole:,} minutes"
        parts.append(f"{unseen.to_come:,}{of} {are} still to come")
    return ", ".join(parts)


def _needs(unseen: Unseen) -> str:
    wanted = []
    if unseen.missing:
        wanted.append("evidence of what is missing")
    if unseen.to_come:
        wanted.append(f"the rest of {unseen.period}")
    return f"needs {' and '.join(wanted)}"
