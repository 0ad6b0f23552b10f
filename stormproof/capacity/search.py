"""Where to probe next, and when to stop: pure.

Bracketing (double twice, then four times at a step, until something fails, or the other way round), then
bisection in the logarithm of the rate, until the highest rate that holds and the lowest that does not are
within `RATIO` of each other, and then both are asked once more: near the knee a single probe is luck. A rate
that held as often as it failed is asked again, before anything rests on it; one that the generator could not
keep, too: whatever else goes on on its machine may hold it up once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

MOST_PROBES = 12
RATIO = 1.1
"""The geometric mean of two bounds this far apart is within 4.9% of both."""
_STEPS = (2.0, 2.0, 4.0)
_NEAR = RATIO * RATIO
"""A step from where something failed, and more often held: the knee is not far."""


class ProbeOutcome(StrEnum):
    """What a probe at one rate says of the objectives."""

    HOLDS = "holds"
    FAILS = "fails"
    UNSURE = "unsure"
    """There is nothing to tell it by: counts as not holding."""
    GENERATOR = "generator"
    """The generator could not keep this schedule: nothing is said of the target."""


@dataclass(frozen=True, slots=True)
class Probed:
    """One probe."""

    rate_per_s: float
    outcome: ProbeOutcome


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the probes so far leave open: 0 where nothing held, infinite where nothing failed."""

    holds_per_s: float
    fails_per_s: float

    @property
    def is_narrow(self) -> bool:
        """Whether the capacity is known to within 5%."""
        return self.holds_per_s > 0 and self.fails_per_s <= self.holds_per_s * RATIO

    @property
    def estimate_per_s(self) -> float:
        """The geometric mean of the two; the one that is known where the other is not."""
        if self.fails_per_s == float("inf"):
            return self.holds_per_s
        return sqrt(self.holds_per_s * self.fails_per_s)


class Ended(StrEnum):
    """Why there is no further probe."""

    FOUND = "found"
    """Known to within 5%, and both bounds were seen twice."""
    NOT_CONFIRMED = "not confirmed"
    """Known to within 5% by one probe each."""
    WIDE = "wide"
    """The probes are used up; the bounds say what is known."""
    GENERATOR = "generator"
    """Everything that the generator can send held: a lower bound only."""
    INTERRUPTED = "interrupted"
    """Somebody ended the search; the bounds say what is known."""
    UNSOUND = "unsound"
    """A probe was no evidence, and not because the generator was too slow; the bounds say what is known."""
    NOTHING_HELD = "nothing held"
    """Even the lowest rate failed."""


@dataclass(frozen=True, slots=True)
class Next:
    """The next rate to probe, or why there is none."""

    rate_per_s: float | None = None
    ended: Ended | None = None


def bounds_of(probes: Sequence[Probed]) -> Bounds:
    """What holds and what does not.

    Rates are judged as a whole: where a higher rate held once and a lower one failed, noise decided one of
    them. A rate at or above one that failed as often as it held is not said to hold.
    """
    rates = sorted({probe.rate_per_s for probe in probes if probe.outcome is not ProbeOutcome.GENERATOR})
    holds, fails = 0.0, float("inf")
    for rate in rates:
        held = sum(p.outcome is ProbeOutcome.HOLDS for p in probes if p.rate_per_s == rate)
        failed = sum(
            p.outcome in {ProbeOutcome.FAILS, ProbeOutcome.UNSURE} for p in probes if p.rate_per_s == rate
        )
        if failed >= held:
            fails = rate
            break
        holds = rate
    return Bounds(holds, fails)


def next_probe(
    probes: Sequence[Probed],
    first_per_s: float,
    *,
    least_per_s: float = 1.0,
    most_probes: int = MOST_PROBES,
) -> Next:
    """The next step of the search, from nothing but the probes so far."""
    if not probes:
        return Next(first_per_s)
    bounds = bounds_of(probes)
    if len(probes) >= most_probes:
        return Next(ended=_ended(probes, bounds))
    if _is_tied(probes, bounds.fails_per_s):
        return Next(bounds.fails_per_s)
    if bounds.fails_per_s == float("inf"):
        return _beyond(bounds, probes)
    if bounds.holds_per_s == 0:
        return _lower(bounds, least_per_s, len(probes))
    return _between(bounds, probes)


def _beyond(bounds: Bounds, probes: Sequence[Probed]) -> Next:
    if _is_held_up_once(probes):
        return Next(probes[-1].rate_per_s)
    failed = any(probe.outcome in {ProbeOutcome.FAILS, ProbeOutcome.UNSURE} for probe in probes)
    return _higher(bounds, _ceiling(probes), _NEAR if failed else _step(len(probes)))


def _between(bounds: Bounds, probes: Sequence[Probed]) -> Next:
    if not bounds.is_narrow:
        return Next(sqrt(bounds.holds_per_s * bounds.fails_per_s))
    for rate in (bounds.holds_per_s, bounds.fails_per_s):
        if sum(probe.rate_per_s == rate for probe in probes) < 2:
            return Next(rate)
    return Next(ended=Ended.FOUND)


def _ceiling(probes: Sequence[Probed]) -> float:
    """The lowest rate that the generator could not keep twice, if none as high was ever kept."""
    kept = max((p.rate_per_s for p in probes if p.outcome is not ProbeOutcome.GENERATOR), default=0.0)
    missed = Counter(p.rate_per_s for p in probes if p.outcome is ProbeOutcome.GENERATOR)
    return min((rate for rate, times in missed.items() if times > 1 and rate > kept), default=float("inf"))


def _is_held_up_once(probes: Sequence[Probed]) -> bool:
    last = probes[-1]
    return last.outcome is ProbeOutcome.GENERATOR and probes.count(last) == 1


def _is_tied(probes: Sequence[Probed], rate_per_s: float) -> bool:
    outcomes = [probe.outcome is ProbeOutcome.HOLDS for probe in probes if probe.rate_per_s == rate_per_s]
    return bool(outcomes) and 2 * sum(outcomes) == len(outcomes)


def _lower(bounds: Bounds, least_per_s: float, probes: int) -> Next:
    if bounds.fails_per_s <= least_per_s:
        return Next(ended=Ended.NOTHING_HELD)
    return Next(max(least_per_s, bounds.fails_per_s / _step(probes)))


def _higher(bounds: Bounds, ceiling_per_s: float, step: float) -> Next:
    wanted = bounds.holds_per_s * step if bounds.holds_per_s else ceiling_per_s / 2
    if wanted < ceiling_per_s:
        return Next(wanted)
    if not bounds.holds_per_s or ceiling_per_s <= bounds.holds_per_s * RATIO:
        return Next(ended=Ended.GENERATOR)
    return Next(sqrt(bounds.holds_per_s * ceiling_per_s))


def _step(probes: int) -> float:
    return _STEPS[min(probes, len(_STEPS)) - 1]


def _ended(probes: Sequence[Probed], bounds: Bounds) -> Ended:
    if bounds.holds_per_s == 0:
        return Ended.NOTHING_HELD
    if bounds.fails_per_s == float("inf"):
        return Ended.GENERATOR if _ceiling(probes) < float("inf") else Ended.WIDE
    if not bounds.is_narrow:
        return Ended.WIDE
    twice = not _is_tied(probes, bounds.fails_per_s) and all(
        sum(p.rate_per_s == rate for p in probes) >= 2 for rate in (bounds.holds_per_s, bounds.fails_per_s)
    )
    return Ended.FOUND if twice else Ended.NOT_CONFIRMED
