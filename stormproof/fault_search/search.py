"""What to try next, and when to stop: pure, from nothing but what was tried so far.

Trials are drawn by seed until one violates a promise; from then on smaller forms of the smallest violating
one are tried, until none of them violates any more: that one is minimal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from stormproof.fault_search.shrinking import smaller
from stormproof.fault_search.space import FaultSpace
from stormproof.fault_search.trial import Trial

_MOST_REDRAWS = 200
"""A small space may be used up."""


class TrialOutcome(StrEnum):
    """What a trial says of the promises."""

    VIOLATES = "violates"
    HOLDS = "holds"
    UNSURE = "unsure"
    """Nothing was missed, and not everything proven: no violation."""
    UNSOUND = "unsound"
    """It was no evidence: no violation."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial, once."""

    trial: Trial
    outcome: TrialOutcome


class Ended(StrEnum):
    """Why there is no further trial."""

    MINIMAL = "minimal"
    """A violating combination, and no smaller form of it violates."""
    NOT_MINIMAL = "not minimal"
    """A violating combination; the trials were used up before it was known to be minimal."""
    NONE_FOUND = "none found"
    """No combination that was tried violates."""
    UNSOUND = "unsound"
    """No trial was evidence."""
    INTERRUPTED = "interrupted"
    """Somebody ended the search."""


@dataclass(frozen=True, slots=True)
class Next:
    """The next trial, or why there is none."""

    trial: Trial | None = None
    ended: Ended | None = None


def next_trial(tried: Sequence[Tried], space: FaultSpace, seed: int, most_trials: int) -> Next:
    """The next step. No trial is repeated."""
    found = smallest_violation(tried)
    seen = {one.trial for one in tried}
    if found is not None:
        candidate = next((one for one in smaller(found, space) if one not in seen), None)
        if candidate is None:
            return Next(ended=Ended.MINIMAL)
        return Next(candidate) if len(tried) < most_trials else Next(ended=Ended.NOT_MINIMAL)
    if len(tried) < most_trials:
        drawn = _fresh(tried, seen, space, seed)
        if drawn is not None:
            return Next(drawn)
    sound = any(one.outcome is not TrialOutcome.UNSOUND for one in tried)
    return Next(ended=Ended.NONE_FOUND if sound else Ended.UNSOUND)


def smallest_violation(tried: Sequence[Tried]) -> Trial | None:
    """Of those that violated; None where none did."""
    violating = [one.trial for one in tried if one.outcome is TrialOutcome.VIOLATES]
    return min(violating, key=lambda trial: trial.size, default=None)


def _fresh(tried: Sequence[Tried], seen: set[Trial], space: FaultSpace, seed: int) -> Trial | None:
    """The first of the stream that was not tried; what was tried are its first ones."""
    for index in range(len(tried), len(tried) + _MOST_REDRAWS):
        drawn = space.draw(seed, index)
        if drawn not in seen:
            return drawn
    return None
