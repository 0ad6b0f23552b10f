"""Every cell of a contract, judged."""

from collections.abc import Mapping

from evidence.verdict_record import ContractCell
from slo.contract.contract import Clause, Contract
from slo.contract.exercised import Exercised, exercised
from slo.contract.observe import Cell, observe
from slo.contract.observed import Observed
from slo.contract.promises.promise import Promise
from slo.contract.promises.recovery import RecoveryTime
from slo.evidence_view import Evidence
from slo.sql import query
from slo.verdicts import Question


def contract_cells(
    evidence: Evidence, contract: Contract, question: Question, *, whole: bool = False
) -> tuple[ContractCell, ...]:
    """What the evidence says of each promise, in the order of the contract.

    Demanded are the cells of situations that the run brought about, for operations that its load carried:
    a verdict rests on what was meant to be tried. `whole`: all are.
    """
    found = exercised(contract, evidence.faults)
    carried = frozenset(str(operation) for (operation,) in evidence.rows(query("operations")))
    seen = observe(evidence, contract, found, carried)
    return tuple(
        _cell(one, clause, promise, seen, question, demanded=whole or _tried(one, clause, promise, carried))
        for one in found
        for clause in one.article.clauses
        for promise in clause.promises
    )


def _cell(
    one: Exercised,
    clause: Clause,
    promise: Promise,
    seen: Mapping[Cell, Observed],
    question: Question,
    *,
    demanded: bool,
) -> ContractCell:
    judged = promise.judge(seen.get((one.article.name, clause.operation), Observed()), question)
    return ContractCell(
        fault=one.article.name,
        operation=clause.operation,
        promise=promise.told,
        observed=judged.observed,
        requests=judged.requests,
        verdict=judged.verdict,
        kind=promise.kind,
        demanded=demanded,
        needs=judged.needs,
        source=one.article.source,
    )


def _tried(one: Exercised, clause: Clause, promise: Promise, carried: frozenset[str]) -> bool:
    brought_about = one.episodes if isinstance(promise, RecoveryTime) else one.stretches
    return bool(brought_about) and clause.operation in carried
