"""The answer to a calendar month: `month.json`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict

from evidence.verdict_record import ObjectiveResult, Validity, Verdict

_STRICT = ConfigDict(extra="forbid")


class DayState(StrEnum):
    """How much of a day there is evidence of, outside maintenance."""

    WHOLE = "whole"
    """Nothing is missing, as far as its sources can tell."""
    PARTLY = "partly missing"
    MISSING = "missing"
    MAINTENANCE = "maintenance"
    """All of it: nothing counts."""
    TO_COME = "to come"
    """It had not begun when the month was judged."""


class SourceKind(StrEnum):
    """What a source of evidence is."""

    RUN = "run"
    TABLE = "table"
    PROMETHEUS = "prometheus"


@dataclass(frozen=True, slots=True)
class MonthSource:
    """A run, a table or a Prometheus that was named for a month."""

    __pydantic_config__ = _STRICT

    name: str
    kind: SourceKind
    used: bool
    requests: int
    """That count, of all objectives' kinds, inside the month; 0 of one that is not used."""
    outside: int
    """That count, before or after the month: not used. Of a Prometheus nobody asks for them."""
    reasons: tuple[str, ...]
    """Why it is not used; of one that is used, what a reader should know."""
    invalid: bool = False
    """It is not evidence at all."""


@dataclass(frozen=True, slots=True)
class MaintenanceUse:
    """A declared maintenance window, and what it took out of the month."""

    __pydantic_config__ = _STRICT

    start_ns: int
    """As declared; a part outside the month takes nothing out."""
    end_ns: int
    reason: str
    announced_ns: int | None
    minutes: int
    """Of the month; 0 where the window lies outside it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the month, outside maintenance, without evidence."""

    __pydantic_config__ = _STRICT

    start_ns: int
    end_ns: int

    @property
    def minutes(self) -> float:
        """How long it is."""
        return (self.end_ns - self.start_ns) / 60e9


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of one objective, by the month's time zone."""

    __pydantic_config__ = _STRICT

    date: str
    """2026-11-07."""
    state: DayState
    good: int
    total: int
    """Outside maintenance."""
    unknown: int
    ratio: float | None
    """None without a request, or where of some nobody can tell whether they are good."""
    excluded: int
    """Requests inside maintenance."""
    missing_minutes: int

    @property
    def bad(self) -> int:
        """Outside maintenance."""
        return self.total - self.good - self.unknown


@dataclass(frozen=True, slots=True)
class MonthObjective:
    """One objective over the month."""

    __pydantic_config__ = _STRICT

    result: ObjectiveResult
    """Outside maintenance; `budget` is that of the requests that were counted."""
    left: float
    """Bad events that the budget still allows; below zero where it is overspent."""
    minutes_allowed: float
    """Of a whole outage, in the minutes of the month outside maintenance: 21.6 in 30 days at 99.95%."""
    minutes_spent: float | None
    """As much of that as of the budget; None without a request."""
    excluded: int
    """Requests inside maintenance."""
    excluded_bad: int
    days: tuple[MonthDay, ...]
    gaps: tuple[Gap, ...]
    """Without those that are still to come."""
    missing_minutes: int
    to_come_minutes: int


@dataclass(frozen=True, slots=True)
class MonthRecord:
    """The content of `month.json`."""

    __pydantic_config__ = _STRICT

    month: str
    """2026-11."""
    time_zone: str
    start_ns: int
    end_ns: int
    judged_ns: int
    """What was later had not happened yet."""
    question: Literal["inference", "window"]
    """Would the service meet it, or did this month."""
    verdict: Verdict
    reasons: tuple[str, ...]
    """Plain words, the most important first."""
    validity: Validity
    """Valid where some source is evidence; a check for each that is not."""
    objectives: tuple[MonthObjective, ...]
    sources: tuple[MonthSource, ...]
    maintenance: tuple[MaintenanceUse, ...]
    notes: tuple[str, ...] = ()
    """What else a reader should know."""
    schema: Literal[1] = 1
