"""The bad requests of all objectives, and what was broken while they lived, from one scan of the requests.

Which faults a request met follows from two numbers: of the faults in the order in which they began, how many
had begun when it ended; of the faults in the order in which they were gone, how many were gone when it was
intended. It met those that had begun, but for those that were gone. So requests are grouped by these two.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slo.choice import Choice, Keys
from slo.evidence_view import Evidence
from slo.ladder import ladder
from slo.promise import Objective
from slo.sql import query

_NEVER_NS = -(2**63) + 1
"""The end of a request that nobody knows the end of: no fault had begun."""
_NOBODY_NS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Met:
    """What was broken while a request lived."""

    causes: tuple[str, ...]
    """In the order in which they were first injected."""
    maintained: bool
    """It was intended in the phase of that name."""


@dataclass(frozen=True, slots=True)
class _Window:
    cause: str
    begun_ns: int
    gone_ns: int


@dataclass(frozen=True, slots=True)
class Burned:
    """The table `burned` of a connection, and what its numbers mean."""

    evidence: Evidence
    keys: Keys
    thresholds_ns: tuple[int, ...]
    windows: tuple[_Window, ...]
    """In the order in which they were first told of."""

    @property
    def causes(self) -> tuple[str, ...]:
        """In the order in which they were first injected."""
        return tuple(dict.fromkeys(one.cause for one in self.windows))

    def bad_of(self, objective: Objective) -> Mapping[Met, int]:
        """The bad requests of an objective that the table was filled for, by what they met."""
        threshold_ns = objective.threshold_ns
        chosen = {
            **self.keys.numbers(Choice.of(objective)),
            "speed": None if threshold_ns is None else bisect_left(self.thresholds_ns, threshold_ns),
        }
        by_begin = sorted(self.windows, key=lambda one: one.begun_ns)
        by_end = sorted(self.windows, key=lambda one: one.gone_ns)
        found: Counter[Met] = Counter()
        for begun, gone, maintained, bad in self.evidence.rows(query("burned_of"), chosen):
            there = {id(one) for one in by_begin[:begun]} - {id(one) for one in by_end[:gone]}
            names = {one.cause for one in self.windows if id(one) in there}
            met = tuple(cause for cause in self.causes if cause in names)
            found[Met(met, bool(maintained))] += int(bad)
        return found


def fill_burned(evidence: Evidence, objectives: Sequence[Objective]) -> Burned:
    """Scan the requests once for all of `objectives`. Replaces the table that was there."""
    windows = tuple(
        _Window(str(cause), int(begun_ns), int(gone_ns))
        for cause, begun_ns, gone_ns in evidence.rows(
            "SELECT cause, injecting_ns, gone_ns FROM fault_windows ORDER BY position"
        )
    )
    keys = Keys.of(Choice.of(one) for one in objectives)
    thresholds_ns = tuple(sorted({one.threshold_ns for one in objectives if one.threshold_ns is not None}))
    burned = Burned(evidence, keys, thresholds_ns, windows)
    if not objectives:
        return burned
    text = query(
        "burned",
        {
            "$keys": keys.sql,
            "$speed": ladder("latency_ns", ((at + 1, str(n)) for n, at in enumerate(thresholds_ns, 1)), "0"),
            "$begun": _rank("last_ns", sorted(one.begun_ns for one in windows)),
            "$gone": _rank("intended_ns", sorted(one.gone_ns for one in windows)),
            "$never": str(_NEVER_NS),
            "$least_ns": str(min(thresholds_ns, default=_NOBODY_NS)),
        },
    )
    evidence.rows(text)
    return burned


def _rank(column: str, instants_ns: Sequence[int]) -> str:
    """SQL: how many of these `column` is at or beyond."""
    return ladder(column, ((at_ns, str(n)) for n, at_ns in enumerate(instants_ns, 1)), "0")
