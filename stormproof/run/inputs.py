"""What a plan named, kept in the run folder: so that the run can be judged again from there alone."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evidence.run_folder import RunFolder
from slo.objective import Objective, objective_files, read_objectives
from stormproof.errors import BadInput
from stormproof.plan import Plan, PlanFile, read_plan

_FOLDER, _PLAN, _OBJECTIVES, _EXPERIMENTS, _CONTRACT = (
    "inputs",
    "plan",
    "objectives",
    "experiments",
    "contract",
)
OBJECTIVES_DIR = f"{_FOLDER}/{_OBJECTIVES}"
"""Of a run folder."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run was to be judged by."""

    plan: Plan
    objectives: tuple[Objective, ...]
    contract: Path | None
    experiments_dir: Path
    """Each experiment's file, by its own name."""


def keep_inputs(
    folder: RunFolder, plan_file: PlanFile, experiments: Iterable[Path], contract: Path | None
) -> None:
    """Copy them, before the load starts. Raises OSError."""
    inputs = folder.path / _FOLDER
    (inputs / _EXPERIMENTS).mkdir(parents=True)
    (inputs / _OBJECTIVES).mkdir()
    shutil.copy(plan_file.path, (inputs / _PLAN).with_suffix(plan_file.path.suffix))
    for objective in objective_files(plan_file.resolve(plan_file.plan.objectives)):
        shutil.copy(objective, inputs / _OBJECTIVES)
    for experiment in experiments:
        shutil.copy(experiment, inputs / _EXPERIMENTS)
    if contract is not None:
        shutil.copy(contract, (inputs / _CONTRACT).with_suffix(contract.suffix))


def read_inputs(folder: RunFolder) -> Inputs:
    """What was kept. Raises InvalidFile, and BadInput for a run that was not made from a plan."""
    inputs = folder.path / _FOLDER
    plans = sorted(inputs.glob(f"{_PLAN}.*"))
    if not plans:
        raise BadInput(
            f"{folder.path}: keeps no plan that it was run from ({inputs}). Judge it with: "
            f"stormproof slo {folder.path} --objectives PATH"
        )
    contracts = sorted(inputs.glob(f"{_CONTRACT}.*"))
    return Inputs(
        plan=read_plan(plans[0]).plan,
        objectives=read_objectives(inputs / _OBJECTIVES),
        contract=contracts[0] if contracts else None,
        experiments_dir=inputs / _EXPERIMENTS,
    )


def kept_objectives(folder: RunFolder) -> tuple[Objective, ...]:
    """The objectives of a run that was made from a plan; none for another. Raises InvalidFile."""
    kept = folder.path / _FOLDER / _OBJECTIVES
    return read_objectives(kept) if kept.is_dir() else ()
