"""What the sources of a month come to, whatever they are."""

from dataclasses import dataclass

from evidence.month_record import MonthSource
from evidence.verdict_record import ValidityCheck
from slo.months.blocks import ObjectiveBlocks
from slo.months.grid import Mask
from slo.promise import Objective


@dataclass(frozen=True, slots=True, eq=False)
class CountedObjective:
    """One objective's requests in a month, maintenance still among them."""

    objective: Objective
    blocks: ObjectiveBlocks
    lacking: Mask
    """Minutes of the month that should have evidence and have none."""
    note: str | None = None
    """What a reader should know of how they were counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """All objectives, and where their requests are from."""

    objectives: tuple[CountedObjective, ...]
    sources: tuple[MonthSource, ...]
    broken_checks: tuple[ValidityCheck, ...] = ()
    """Why sources are no evidence."""
