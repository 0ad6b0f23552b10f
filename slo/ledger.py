"""Who burned the budget: every bad request of an objective charged to what was broken while it lived."""

from dataclasses import dataclass

from evidence.verdict_record import CauseKind, LedgerEntry
from slo.events import bad_of
from slo.evidence_view import Evidence
from slo.objective import Objective
from slo.sql import query

BACKGROUND = "background"
"""The cause of what went bad while nothing was broken."""
MAINTENANCE = "maintenance"
"""The cause of what went bad in a phase of this name: users were told beforehand."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Bad requests of one cause."""

    cause: str
    """The experiment that broke something (`evidence_view.cause_of`), `maintenance`, several joined by ` + `
    where they overlap, or `background`."""
    kind: CauseKind
    bad: int


def charges(evidence: Evidence, objective: Objective) -> tuple[Charge, ...]:
    """What is bad of an objective by cause, the most first. Their sum is all that is bad."""
    bad, chosen = bad_of(evidence, objective)
    return tuple(
        _charge((*causes, MAINTENANCE) if maintained else tuple(causes), bool(maintained), int(bad))
        for causes, maintained, bad in evidence.rows(query("ledger").replace("{bad}", bad), chosen)
    )


def _charge(causes: tuple[str, ...], maintained: bool, bad: int) -> Charge:
    if not causes:
        return Charge(BACKGROUND, CauseKind.BACKGROUND, bad)
    if len(causes) > 1:
        return Charge(" + ".join(causes), CauseKind.OVERLAP, bad)
    return Charge(causes[0], CauseKind.MAINTENANCE if maintained else CauseKind.FAULT, bad)


def ledger_entries(
    objective: Objective, charged: tuple[Charge, ...], budget: float
) -> tuple[LedgerEntry, ...]:
    """The charges of one objective with the share of its `budget` (bad requests allowed) that each is."""
    return tuple(
        LedgerEntry(
            objective=objective.name,
            labels=dict(objective.labels),
            cause=charge.cause,
            bad=charge.bad,
            share_of_budget=charge.bad / budget if budget > 0 else None,
            kind=charge.kind,
        )
        for charge in charged
    )
