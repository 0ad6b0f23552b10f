"""The run of a plan: what was left is cleared, the stack is up, load and faults, and then the verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from evidence.clock import AnchoredClock
from evidence.errors import InvalidFile
from evidence.home import Home
from evidence.run_folder import RunFolder, create_run_folder
from loadtests.scenario import Scenario, tenants_needed
from loadtests.scenario_file import read_scenario
from slo.contract.contract import Contract, read_contract
from slo.evaluate import Demands
from slo.objective import Objective, read_objectives
from stormproof.console import StepBoard
from stormproof.errors import BadInput
from stormproof.plan import LOCAL_TARGET, PlanFile
from stormproof.run.conclusion import Conclusion, conclude
from stormproof.run.contract_fit import contract_problems
from stormproof.run.inputs import keep_inputs
from stormproof.run.interrupt import Interrupts
from stormproof.run.load import Load, put_under_load
from stormproof.run.lock import run_lock
from stormproof.run.planned_configuration import configuration_problems
from stormproof.run.prepared_experiment import (
    ConfirmedHosts,
    PreparedExperiment,
    prepare_experiment,
    refuse_unsound,
)
from stormproof.run.service import seed, service_for_run, service_url
from stormproof.run.stack_up import stack_for_run


@dataclass(frozen=True, slots=True)
class GameDay:
    """A plan, checked, with everything that it names read."""

    plan_file: PlanFile
    scenario: Scenario
    """Lasts as long as the plan's phases together."""
    objectives: tuple[Objective, ...]
    experiments: Mapping[str, PreparedExperiment]
    """By the names that the plan gives them."""
    contract: Contract | None
    """What each operation may do under each fault."""
    runs_dir: Path
    command: tuple[str, ...]
    """How it was called."""

    @property
    def contract_file(self) -> Path | None:
        """Where its contract stands."""
        named = self.plan_file.plan.contract
        return None if named is None else self.plan_file.resolve(named)

    @property
    def demands(self) -> Demands:
        """What the verdict rests on."""
        plan = self.plan_file.plan
        ours = (self.experiments[name] for name in plan.experiments)
        return Demands(
            frozenset(plan.demands),
            plan.question,
            tuple(one.file.stem for one in ours if one.parsed.names_our_faults),
            self.contract,
        )


@dataclass(frozen=True, slots=True)
class GameDayResult:
    """What a game day came to."""

    conclusion: Conclusion
    interrupted: bool


def prepare_game_day(plan_file: PlanFile, runs_dir: Path, command: tuple[str, ...]) -> GameDay:
    """Read everything that the plan names. Raises InvalidFile and BadInput; nothing is started."""
    plan = plan_file.plan
    scenario = read_scenario(plan_file.resolve(plan.scenario))
    if scenario.targets:
        named = ", ".join(target.name for target in scenario.targets)
        raise BadInput(
            f"{plan_file.path}: scenario: {plan.scenario}: has targets ({named}), a plan has one: its "
            "faults, contract and objectives are of one service. Compare two with: stormproof load"
        )
    objectives = read_objectives(plan_file.resolve(plan.objectives))
    unknown = sorted(set(plan.demands) - {objective.name for objective in objectives})
    if unknown:
        known = ", ".join(objective.name for objective in objectives)
        raise BadInput(f"{plan_file.path}: demands: {', '.join(unknown)}: must be one of {known}.")
    scenario = replace(scenario, duration_s=plan.duration_s)
    contract = None if plan.contract is None else read_contract(plan_file.resolve(plan.contract))
    experiments = _prepared(plan_file)
    if contract is not None:
        _refuse_unfit(contract, plan_file, (one.file.stem for one in experiments.values()))
    misfits = tuple(configuration_problems(plan, experiments))
    if misfits:
        raise InvalidFile(plan_file.path, misfits, "Mend the plan or the experiment; nothing was run.")
    return GameDay(plan_file, scenario, objectives, experiments, contract, runs_dir, command)


def _refuse_unfit(contract: Contract, plan_file: PlanFile, experiments: Iterable[str]) -> None:
    problems = tuple(contract_problems(contract, frozenset(experiments)))
    if problems:
        file = plan_file.resolve(plan_file.plan.contract or "")
        raise InvalidFile(file, problems, "Mend the contract or the plan; nothing was run.")


def _prepared(plan_file: PlanFile) -> dict[str, PreparedExperiment]:
    """Each experiment once. Raises InvalidFile for one that can prove nothing."""
    prepared: dict[str, PreparedExperiment] = {}
    for phase in plan_file.plan.phases:
        for planned in phase.planned:
            one = prepare_experiment(
                planned.experiment,
                plan_file.path.parent,
                confirmed=ConfirmedHosts(plan_file.plan.confirm_hosts, "in the plan, confirm_hosts:"),
                environment={},
                variables=dict(planned.variables),
                known=prepared.get(planned.experiment),
            )
            prepared[planned.experiment] = one
            refuse_unsound(one)
    return prepared


def run_game_day(day: GameDay, home: Home, board: StepBoard, interrupts: Interrupts) -> GameDayResult:
    """Run the plan. Whatever happens, faults are healed, what was started is stopped, evidence is kept.

    Raises StackError when the stack or the service cannot be had, KeyboardInterrupt when interrupted before
    there was any evidence.
    """
    plan = day.plan_file.plan
    with run_lock(home):
        if plan.target == LOCAL_TARGET:
            folder = _run_on_stack(day, home, board, interrupts)
        else:
            folder = _new_folder(day)
            _keep(day, folder)
            put_under_load(_load(day, folder, home, plan.target), board, interrupts)
    with interrupts.shield():
        board.clear_picture()
        board.tell("verdict", "judging the evidence")
        conclusion = conclude(folder, day.objectives, day.demands)
        board.tell("verdict", "judged and reported", done=True)
        return GameDayResult(conclusion, interrupts.interrupted)


def _run_on_stack(day: GameDay, home: Home, board: StepBoard, interrupts: Interrupts) -> RunFolder:
    plan = day.plan_file.plan
    with stack_for_run(home, plan.name, board, interrupts):
        board.tell("seed", "tenants and documents")
        tenants = tenants_needed(day.scenario)
        seed(home, tenants, plan.corpus.documents, plan.seed, lambda line: board.tell("seed", line))
        board.tell("seed", f"{plan.corpus.documents:,} documents, {sum(tenants.values())} tenants", done=True)
        folder = _new_folder(day)
        try:
            with service_for_run(home, folder, board, interrupts):
                _keep(day, folder)
                put_under_load(_load(day, folder, home, service_url(home)), board, interrupts)
        except BaseException:
            _remove_if_empty(folder)
            raise
    return folder


def _load(day: GameDay, folder: RunFolder, home: Home, target: str) -> Load:
    return Load(
        folder=folder,
        home=home,
        plan=day.plan_file.plan,
        scenario=day.scenario,
        scenario_file=day.plan_file.resolve(day.plan_file.plan.scenario),
        experiments=day.experiments,
        target=target,
        command=day.command,
        plan_dir=day.plan_file.path.parent,
    )


def _keep(day: GameDay, folder: RunFolder) -> None:
    """What the run is to be judged by, where its report can be made without anything else."""
    keep_inputs(folder, day.plan_file, (one.file for one in day.experiments.values()), day.contract_file)


def _new_folder(day: GameDay) -> RunFolder:
    return create_run_folder(day.runs_dir, day.plan_file.plan.name, AnchoredClock.anchor().now_ns())


def _remove_if_empty(folder: RunFolder) -> None:
    """No evidence, no folder."""
    if not any(folder.path.iterdir()):
        folder.path.rmdir()
