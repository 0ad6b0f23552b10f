"""How each operation fared under load: from the records of requests alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from evidence.drill_record import OperationOutage

STEADY_S = 4.0
"""What was answered in full for so long is restored; a single slow answer later is not another outage."""
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Answered:
    """One request of the load, as a drill looks at it."""

    operation: str
    intended_ns: int
    ended_ns: int
    """Its intended instant where there was no end."""
    answered: bool
    """In time and usable: ok or degraded."""
    in_full: bool
    """Neither degraded nor stale nor partial, and a write replicated."""


def outages(requests: Iterable[Answered], failed_ns: int, until_ns: int) -> tuple[OperationOutage, ...]:
    """One entry an operation, in the order of their names; requests before the failure do not count.

    `until_ns` is the end of the load.
    """
    later = sorted(
        (one for one in requests if one.ended_ns >= failed_ns and one.intended_ns < until_ns),
        key=lambda one: (one.operation, one.intended_ns),
    )
    groups = groupby(later, key=lambda one: one.operation)
    return tuple(_outage(name, tuple(group), failed_ns, until_ns) for name, group in groups)


def in_full_before(requests: Iterable[Answered], failed_ns: int) -> tuple[int, int]:
    """How many requests ended before the failure, and how many of them were answered in full."""
    before = [one.in_full for one in requests if one.ended_ns < failed_ns]
    return len(before), sum(before)


def _outage(operation: str, requests: Sequence[Answered], failed_ns: int, until_ns: int) -> OperationOutage:
    return OperationOutage(
        operation=operation,
        requests=len(requests),
        unanswered=sum(not one.answered for one in requests),
        degraded=sum(one.answered and not one.in_full for one in requests),
        longest_unanswered_s=_longest_unanswered_ns(requests) / _NS,
        restored_ns=_restored_ns(requests, failed_ns, until_ns),
    )


def _longest_unanswered_ns(requests: Sequence[Answered]) -> int:
    longest = 0
    for answered, run in groupby(requests, key=lambda one: one.answered):
        if not answered:
            stretch = tuple(run)
            longest = max(longest, stretch[-1].ended_ns - stretch[0].intended_ns)
    return longest


def _restored_ns(requests: Sequence[Answered], failed_ns: int, until_ns: int) -> int | None:
    """The end of the last request before a steady stretch that was not in full, or else the failure."""
    steady_ns = round(STEADY_S * _NS)
    last_bad_ns = failed_ns
    for one in requests:
        if one.in_full:
            continue
        if last_bad_ns > failed_ns and one.intended_ns - last_bad_ns >= steady_ns:
            return last_bad_ns
        last_bad_ns = max(last_bad_ns, one.ended_ns)
    return last_bad_ns if last_bad_ns == failed_ns or until_ns - last_bad_ns >= steady_ns else None
