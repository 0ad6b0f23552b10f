"""What a fault would cost in a month at its stated frequency, read off what it cost in a game day."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from evidence.verdict_record import FaultEffect, LedgerEntry
from slo.evidence_view import experiment_name
from slo.windows import MONTH_S

_PERIODS_A_MONTH = {
    "day": MONTH_S / 86_400,
    "week": MONTH_S / 604_800,
    "month": 1.0,
    "quarter": 1 / 3,
    "year": 1 / 12,
}


class InvalidFrequency(ValueError):  # noqa: N818 -- as InvalidFile
    """A frequency is not written as it must be."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a cause is expected."""

    cause: str
    a_month: float


@dataclass(frozen=True, slots=True)
class Projection:
    """One cause of one objective, as a month of it would be."""

    objective: str
    cause: str
    occurrences: int
    """In the run."""
    bad: int
    """Requests that it cost there."""
    outage_minutes: float
    """The minutes of a whole outage that would have cost as many, for one occurrence."""
    a_month: float
    minutes_a_month: float
    budget_minutes: float
    """What a month allows: 21.9 at 99.95%."""

    @property
    def share_of_budget(self) -> float:
        """Of a month's budget."""
        return self.minutes_a_month / self.budget_minutes


def read_frequency(written: str) -> Frequency:
    """`redis-down=2/month`, `postgres-down=1/year`. Raises InvalidFrequency."""
    matched = re.fullmatch(r"(.+)=(\d+(?:\.\d+)?)/(day|week|month|quarter|year)", written)
    if matched is None:
        periods = ", ".join(_PERIODS_A_MONTH)
        raise InvalidFrequency(
            f"{written!r} is no frequency: write the experiment, how often, and one of {periods}, "
            "as redis-down=2/month"
        )
    return Frequency(matched[1], float(matched[2]) * _PERIODS_A_MONTH[matched[3]])


def budget_minutes(target: float, window_s: float = MONTH_S) -> float:
    """Minutes of whole outage that a target allows in a window."""
    return (1 - target) * window_s / 60


def project(
    charged: Iterable[LedgerEntry],
    faults: Iterable[FaultEffect],
    frequencies: tuple[Frequency, ...],
    target: float,
    rate_per_s: float | None,
) -> tuple[Projection, ...]:
    """The month of each cause of one objective that has a frequency and was there in the run, the dearest
    first.

    What several causes spent together is not divided between them: give their sum a frequency by its own
    name. A cause that cost nothing is told too.
    """
    if not rate_per_s:
        return ()
    seen = Counter(_occurrence(fault) for fault in set(_occurrences(faults)))
    entries = {entry.cause: entry for entry in charged}
    projected = [
        _projected(one, entries.get(one.cause), max(seen[one.cause], 1), target, rate_per_s)
        for one in frequencies
        if one.cause in entries or one.cause in seen
    ]
    return tuple(sorted(projected, key=lambda one: -one.minutes_a_month))


def _projected(
    frequency: Frequency, entry: LedgerEntry | None, occurrences: int, target: float, rate_per_s: float
) -> Projection:
    bad = entry.bad if entry else 0
    minutes = bad / rate_per_s / 60 / occurrences
    return Projection(
        objective=entry.objective if entry else "",
        cause=frequency.cause,
        occurrences=occurrences,
        bad=bad,
        outage_minutes=minutes,
        a_month=frequency.a_month,
        minutes_a_month=minutes * frequency.a_month,
        budget_minutes=budget_minutes(target),
    )


def _occurrences(faults: Iterable[FaultEffect]) -> Iterable[tuple[str, str]]:
    """Cause and number of each run of an experiment: ids are experiment.target.number; its targets are
    one."""
    for fault in faults:
        cause = experiment_name(fault.experiment) if fault.experiment else fault.fault
        yield cause, fault.id.rpartition(".")[2]


def _occurrence(named: tuple[str, str]) -> str:
    return named[0]
