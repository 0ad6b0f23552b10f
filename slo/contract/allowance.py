"""Which degraded answers a contract allows, when: what availability counts as good."""

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.timeline import FaultWindow
from slo.contract.contract import Contract
from slo.contract.exercised import exercised, reach_ns
from slo.contract.promises.outcomes import Outcomes
from slo.contract.promises.recovery import RecoveryTime
from slo.contract.promises.served_from import Sources
from slo.contract.promises.staleness import Staleness
from slo.contract.stretches import END_NS
from slo.evidence_view import Evidence
from slo.sql import query

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """Degraded answers of one operation, to requests whose life overlaps start_ns <= instant < end_ns."""

    operation: str
    start_ns: int
    end_ns: int
    sources: tuple[str, ...] | None
    """Where they may come from; None for anywhere. One that does not say is allowed."""
    most_age_s: float | None
    """None for any."""


def count_by_contract(evidence: Evidence, contract: Contract) -> None:
    """From now on availability counts those degraded answers as good that the contract allows, and no others.

    Empty ones are bad whatever a contract allows.
    """
    rows = [
        [one.operation, one.start_ns, one.end_ns, one.sources, one.most_age_s]
        for one in allowances(contract, evidence.faults)
    ]
    if rows:
        evidence.connection.executemany("INSERT INTO allowances VALUES (?, ?, ?, ?, ?)", rows)
    evidence.connection.execute(query("refused_degraded"))


def allowances(contract: Contract, faults: tuple[FaultWindow, ...]) -> tuple[Allowance, ...]:
    """From the first word of a situation's faults to their verified healing and, after that, as long as its
    recovery may take. An operation of which the contract does not say that it may be degraded may not.
    """
    return tuple(_allowances(contract, faults))


def _allowances(contract: Contract, faults: tuple[FaultWindow, ...]) -> Iterator[Allowance]:
    for one in exercised(contract, faults):
        for clause in one.article.clauses:
            outcomes = clause.promise(Outcomes)
            if outcomes is not None and "degraded" not in outcomes.allowed:
                continue
            sources, staleness = clause.promise(Sources), clause.promise(Staleness)
            recovery = clause.promise(RecoveryTime)
            settling_ns = 0 if recovery is None else round(recovery.within_s * _NS_PER_S)
            for stretch in one.stretches:
                start_ns, end_ns = reach_ns(stretch)
                yield Allowance(
                    clause.operation,
                    start_ns,
                    min(end_ns + settling_ns, END_NS),
                    None if sources is None else sources.allowed,
                    None if staleness is None else staleness.most_s,
                )
