"""From a run folder and objectives to the verdict: the room's front door."""

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.run_folder import RunFolder
from evidence.verdict_record import (
    ContractCell,
    FaultEffect,
    LedgerEntry,
    ObjectiveResult,
    Validity,
    Verdict,
    VerdictRecord,
)
from slo.budget.policy import policy_due
from slo.causes import told_causes
from slo.contract.allowance import count_by_contract
from slo.contract.cells import contract_cells
from slo.contract.contract import Contract
from slo.contract.coverage import coverage
from slo.contract.reasons import proved_reasons, unexercised_reasons, violated_reasons
from slo.counting import Tally
from slo.events import tally_objectives
from slo.evidence_view import WARM_UP, Evidence, open_evidence
from slo.faults import fault_effects
from slo.ledger import charges_of_all, ledger_entries
from slo.objective import Objective
from slo.validity.judge import check_validity
from slo.verdicts import Question, budget, judge, overall


class UnknownDemand(ValueError):  # noqa: N818 -- said of a demand, beside InvalidFile
    """An objective is demanded that no file holds. Names those that there are."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What a verdict rests on."""

    objectives: frozenset[str]
    """Names of objectives, or of composite SLOs for all of theirs, over the whole run; the others are told
    and decide nothing."""
    question: Question = "inference"
    expected_experiments: tuple[str, ...] = ()
    """Experiments that the plan runs, by name or path: each must have left its faults in the timeline."""
    contract: Contract | None = None
    """What each operation may do under each fault. Its cells that the run brought about are demanded, and
    availability counts as good those degraded answers that it allows."""
    whole_contract: bool = False
    """All cells are demanded, those that the run did not bring about, too."""


def evaluate(run: RunFolder, objectives: tuple[Objective, ...], demands: Demands) -> VerdictRecord:
    """What the evidence in `run` says of `objectives`. Writes nothing.

    Raises InvalidFile for evidence that cannot be read (no run.json, a file of another schema),
    and UnknownDemand.
    """
    check_demands(objectives, demands)
    with open_evidence(run) as evidence:
        validity = check_validity(evidence, demands.expected_experiments)
        return verdict_of(evidence, validity, objectives, demands)


def check_demands(objectives: tuple[Objective, ...], demands: Demands) -> None:
    """Raises UnknownDemand for a name that none of `objectives` has."""
    names = {one.name for one in objectives} | {one.composite for one in objectives if one.composite}
    unknown = sorted(demands.objectives - names)
    if unknown:
        known = ", ".join(sorted(one.name for one in objectives)) or "none"
        raise UnknownDemand(f"demanded but not defined: {', '.join(unknown)}; the objectives are: {known}")


def is_demanded(objective: Objective, demands: Demands) -> bool:
    """By its own name, or by that of the composite SLO that it is a part of."""
    return not demands.objectives.isdisjoint({objective.name, objective.composite})


def verdict_of(
    evidence: Evidence, validity: Validity, objectives: tuple[Objective, ...], demands: Demands
) -> VerdictRecord:
    """What `evidence`, whose validity is known, says of `objectives`; `demands` must name some of them."""
    cells = _judge_contract(evidence, demands)
    phases = tuple(dict.fromkeys(phase.name for phase in evidence.phases if phase.name != WARM_UP))
    results: list[ObjectiveResult] = []
    ledger: list[LedgerEntry] = []
    counted = tally_objectives(evidence, objectives, phases)
    demanded_ones = tuple(one for one in objectives if is_demanded(one, demands))
    charged = iter(charges_of_all(evidence, demanded_ones))
    for objective, tallied in zip(objectives, counted, strict=True):
        demanded = is_demanded(objective, demands)
        results.append(objective_result(objective, tallied.whole_run, demands.question, demanded=demanded))
        results.extend(
            objective_result(objective, one, demands.question, phase=phase) for phase, one in tallied.by_phase
        )
        if demanded:
            allowed = budget(objective, tallied.whole_run.total)
            ledger.extend(ledger_entries(objective, next(charged), allowed))
    demanded_results = tuple(one for one in results if one.demanded)
    demanded_cells = tuple(cell for cell in cells if cell.demanded)
    faults = fault_effects(evidence, _followed(objectives, demanded_results))
    reasons = verdict_reasons(validity, demanded_results, tuple(ledger), demanded_cells, faults)
    return VerdictRecord(
        verdict=overall(validity, demanded_results, demanded_cells),
        reasons=tuple(reasons),
        validity=validity,
        objectives=tuple(results),
        contract=cells,
        faults=faults,
        budget_ledger=tuple(ledger),
        contract_coverage=coverage(cells),
    )


def _followed(
    objectives: tuple[Objective, ...], demanded: tuple[ObjectiveResult, ...]
) -> tuple[Objective, ...]:
    """Those whose users are followed through each fault: the demanded ones, where none is, all."""
    names = {one.name for one in demanded}
    return tuple(one for one in objectives if one.name in names) or objectives


def _judge_contract(evidence: Evidence, demands: Demands) -> tuple[ContractCell, ...]:
    """Its cells; from now on availability counts as it says."""
    if demands.contract is None:
        return ()
    count_by_contract(evidence, demands.contract)
    return contract_cells(evidence, demands.contract, demands.question, whole=demands.whole_contract)


def objective_result(
    objective: Objective,
    counted: Tally,
    question: Question,
    *,
    phase: str | None = None,
    demanded: bool = False,
) -> ObjectiveResult:
    """What a count says of an objective, as verdicts tell it."""
    judgement = judge(objective, counted, question)
    allowed = budget(objective, counted.total)
    consumed = counted.bad / allowed if allowed > 0 else None
    due = policy_due(objective.policy, consumed) if phase is None else None
    return ObjectiveResult(
        name=objective.name,
        service=objective.service,
        indicator=objective.indicator.value,
        labels=dict(objective.labels),
        phase=phase,
        demanded=demanded,
        target=objective.target,
        threshold_ms=objective.threshold_ms,
        good=counted.good,
        total=counted.total,
        ratio=counted.good / counted.total if counted.total and not counted.unknown else None,
        budget=allowed,
        consumed=consumed,
        interval=judgement.interval,
        verdict=judgement.verdict,
        reason=judgement.reason,
        needs=judgement.needs,
        unknown=counted.unknown,
        budget_policy=due.action if due else None,
    )


def verdict_reasons(
    validity: Validity,
    demanded: tuple[ObjectiveResult, ...],
    ledger: tuple[LedgerEntry, ...],
    cells: tuple[ContractCell, ...] = (),
    faults: tuple[FaultEffect, ...] = (),
) -> Iterator[str]:
    """What made the verdict: where the run is not evidence, only that; else what was missed and violated
    first, then what is not proven, then what held; each objective with who burned its budget.
    """
    if not validity.valid:
        yield from (check.reason for check in validity.checks if not check.held)
        return
    if not demanded and not cells:
        yield "no objective is demanded, so there is nothing to prove: name those that the verdict rests on"
    of_cells = {
        Verdict.MISSED: violated_reasons,
        Verdict.NOT_PROVEN: unexercised_reasons,
        Verdict.MET: proved_reasons,
    }
    for verdict, told_of_cells in of_cells.items():
        alike = [one for one in demanded if one.verdict is verdict]
        for one in sorted(alike, key=lambda one: -(one.consumed or 0)):
            causes = told_causes(one.name, ledger, faults)
            yield "; ".join(part for part in (f"{one.name}: {one.reason}", causes, one.needs) if part)
        yield from told_of_cells(cells)
