"""A trial as a plan that can be run alone."""

from dataclasses import replace
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from stormproof.fault_search.trial import Trial
from stormproof.plan import WARM_UP, Plan, PlanFile, PlannedPhase
from stormproof.planned_experiment import PlannedExperiment
from stormproof.run.prepared_experiment import PreparedExperiment

WARM_UP_S, BASELINE_S, RECOVERY_S = 3.0, 3.0, 4.0
AROUND_S = 6.0
"""After the last fault begins to heal, until its healing is verified."""


def trial_plan(
    plan_file: PlanFile, trial: Trial, span_s: int, experiments: dict[str, PreparedExperiment]
) -> Plan:
    """A short game day with the load and the promises of `plan_file`; every path in it is absolute."""
    plan = plan_file.plan
    variables = {one.experiment: one.variables for phase in plan.phases for one in phase.planned}
    faults = tuple(
        PlannedExperiment(
            str(experiments[one.experiment].file),
            float(one.at_s),
            float(one.hold_s),
            variables[one.experiment],
        )
        for one in trial.faults
    )
    return replace(
        plan,
        name=f"{plan.name[:50]}-faults",
        scenario=str(plan_file.resolve(plan.scenario)),
        objectives=str(plan_file.resolve(plan.objectives)),
        contract=None if plan.contract is None else str(plan_file.resolve(plan.contract)),
        phases=(
            PlannedPhase(WARM_UP, WARM_UP_S),
            PlannedPhase("baseline", BASELINE_S),
            PlannedPhase("faults", span_s + AROUND_S, experiments=faults),
            PlannedPhase("recovery", RECOVERY_S),
        ),
        abort=None,
        # One short run with its faults is one burst: what it would mean for others, nobody can tell from it.
        question="window",
    )


def write_plan(path: Path, plan: Plan, heading: str) -> PlanFile:
    """Write it as YAML, with `heading` as a comment. Raises OSError."""
    content = TypeAdapter(Plan).dump_python(plan, mode="json", exclude_defaults=True)
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    path.write_text(comment + text, encoding="utf-8")
    return PlanFile(path.absolute(), plan)
