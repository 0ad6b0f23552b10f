"""Everything about the budgets of a run's objectives, as `stormproof slo --budget` tells it."""

from dataclasses import dataclass

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from slo.budget.burn import burn_rate, exhausted_after_s
from slo.budget.policy import policy_due
from slo.budget.projection import Frequency, Projection, project
from slo.budget.replay import WORKBOOK_RULES, Firing, Series, replay, rule_of
from slo.counting import Tally, grid_of
from slo.events import tally_objectives
from slo.evidence_view import Evidence, cause_of, open_evidence
from slo.promise import Objective
from slo.verdicts import budget
from slo.windows import MONTH_S, duration_s

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class AlertStory:
    """What one alert would have done in the run."""

    alert: str
    severity: str
    fired: bool
    fired_ns: int | None = None
    minutes_after_fault: float | None = None
    """After the last fault that was injected before it; None where none was."""
    fault: str | None = None
    fired_minutes: float | None = None
    """How long; None where it still did at the end of the run."""


@dataclass(frozen=True, slots=True)
class ObjectiveBudget:
    """The budget of one objective."""

    objective: str
    target: float
    window: str
    total: int
    bad: int
    allowed: float
    """Bad requests among as many as the run had."""
    remaining: float
    """Share of that, below zero where it is overspent."""
    burn_rate: float | None
    exhausted_after_days: float | None
    """A whole window's budget, at the run's rate; None where nothing burns."""
    policy: str | None
    """What the error-budget policy asks for now."""
    alerts: tuple[AlertStory, ...]
    projections: tuple[Projection, ...]


def budget_report(
    run: RunFolder,
    objectives: tuple[Objective, ...],
    verdict: VerdictRecord,
    frequencies: tuple[Frequency, ...] = (),
) -> tuple[ObjectiveBudget, ...]:
    """The budgets of `objectives` in `run`, whose verdict has charged them. Raises InvalidFile."""
    with open_evidence(run) as evidence:
        counted = tally_objectives(evidence, objectives)
        return tuple(
            _of(evidence, one, tallied.whole_run, verdict, frequencies)
            for one, tallied in zip(objectives, counted, strict=True)
        )


def _of(
    evidence: Evidence,
    objective: Objective,
    counted: Tally,
    verdict: VerdictRecord,
    frequencies: tuple[Frequency, ...],
) -> ObjectiveBudget:
    allowed = budget(objective, counted.total)
    burn = burn_rate(counted.bad, counted.total, objective.target)
    window_s = duration_s(objective.window) if objective.window else MONTH_S
    consumed = counted.bad / allowed if allowed else None
    due = policy_due(objective.policy, consumed)
    charged = [entry for entry in verdict.budget_ledger if entry.objective == objective.name]
    return ObjectiveBudget(
        objective=objective.name,
        target=objective.target,
        window=objective.window or "1M",
        total=counted.total,
        bad=counted.bad,
        allowed=allowed,
        remaining=1 - (consumed or 0.0),
        burn_rate=burn,
        exhausted_after_days=exhausted_after_s(burn, window_s) / 86_400 if burn else None,
        policy=due.action if due else None,
        alerts=_alerts(evidence, objective, counted),
        projections=project(charged, verdict.faults, frequencies, objective.target, counted.rate_per_s),
    )


def _alerts(evidence: Evidence, objective: Objective, counted: Tally) -> tuple[AlertStory, ...]:
    rules = (*WORKBOOK_RULES, *(rule_of(alert) for alert in objective.alerts))
    if counted.blocks is None or not len(counted.blocks.block):
        return tuple(AlertStory(rule.name, rule.severity, fired=False) for rule in rules)
    series, grid = Series.of(counted.blocks), grid_of(evidence, objective)
    began_ns = grid.origin_ns + series.first_block * grid.length_ns
    stories: list[AlertStory] = []
    for rule in rules:
        firings = replay(series, objective.target, (rule,))
        stories.extend(_story(evidence, one, began_ns) for one in firings)
        if not firings:
            stories.append(AlertStory(rule.name, rule.severity, fired=False))
    return tuple(stories)


def _story(evidence: Evidence, firing: Firing, began_ns: int) -> AlertStory:
    fired_ns = began_ns + round(firing.from_s * _NS_PER_S)
    injected = [
        (fault.injecting_ns, cause_of(fault))
        for fault in evidence.faults
        if fault.injecting_ns is not None and fault.injecting_ns <= fired_ns
    ]
    at_ns, cause = max(injected, default=(None, None))
    return AlertStory(
        alert=firing.rule.name,
        severity=firing.rule.severity,
        fired=True,
        fired_ns=fired_ns,
        minutes_after_fault=None if at_ns is None else (fired_ns - at_ns) / _NS_PER_S / 60,
        fault=cause,
        fired_minutes=None if firing.to_s is None else (firing.to_s - firing.from_s) / 60,
    )
