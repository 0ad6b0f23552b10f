"""Who burned the budget: every bad request of an objective charged to what was broken while it lived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence.verdict_record import CauseKind, LedgerEntry
from slo.burned import Met, fill_burned
from slo.events import bad_events
from slo.evidence_view import Evidence
from slo.objective import Objective
from slo.promise import Counted
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
    return charges_of_all(evidence, (objective,))[0]


def charges_of_all(evidence: Evidence, objectives: Sequence[Objective]) -> tuple[tuple[Charge, ...], ...]:
    """The same for each objective: for all that count requests from one scan."""
    of_requests = [one for one in objectives if one.indicator.counted is Counted.REQUESTS]
    burned = fill_burned(evidence, of_requests)
    return tuple(
        _charges(
            burned.bad_of(one) if one.indicator.counted is Counted.REQUESTS else _bad_events(evidence, one),
            burned.causes,
        )
        for one in objectives
    )


def _bad_events(evidence: Evidence, objective: Objective) -> Mapping[Met, int]:
    bad, chosen = bad_events(evidence, objective)
    return {
        Met(tuple(causes), bool(maintained)): int(count)
        for causes, maintained, count in evidence.rows(query("ledger").replace("{bad}", bad), chosen)
    }


def _charges(bad: Mapping[Met, int], causes: Sequence[str]) -> tuple[Charge, ...]:
    def place(one: tuple[Met, int]) -> tuple[int, list[int], bool]:
        met, count = one
        return -count, [causes.index(cause) for cause in met.causes], met.maintained

    return tuple(_charge(met, count) for met, count in sorted(bad.items(), key=place))


def _charge(met: Met, bad: int) -> Charge:
    causes = (*met.causes, MAINTENANCE) if met.maintained else met.causes
    if not causes:
        return Charge(BACKGROUND, CauseKind.BACKGROUND, bad)
    if len(causes) > 1:
        return Charge(" + ".join(causes), CauseKind.OVERLAP, bad)
    return Charge(causes[0], CauseKind.MAINTENANCE if met.maintained else CauseKind.FAULT, bad)


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
