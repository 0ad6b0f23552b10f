"""The whole search: a stack and a service where the target is local, trial after trial, what they found."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from evidence.clock import AnchoredClock
from evidence.home import Home
from evidence.run_folder import RunFolder, create_run_folder
from evidence.verdict_record import Verdict
from loadtests.scenario import tenants_needed
from stormproof.console import StepBoard
from stormproof.errors import BadInput
from stormproof.fault_search.search import Ended, TrialOutcome, Tried, next_trial, smallest_violation
from stormproof.fault_search.space import FaultSpace
from stormproof.fault_search.trial import Trial
from stormproof.fault_search.trial_plan import trial_plan, write_plan
from stormproof.plan import LOCAL_TARGET
from stormproof.run.conclusion import conclude
from stormproof.run.game_day import GameDay
from stormproof.run.inputs import keep_inputs
from stormproof.run.interrupt import Interrupts
from stormproof.run.load import Load, put_under_load
from stormproof.run.lock import run_lock
from stormproof.run.outline import faults_of
from stormproof.run.service import seed, service_for_run, service_url
from stormproof.run.stack_up import stack_for_run

PLAN = "violating-plan.yaml"
_OUTCOMES = {
    Verdict.MET: TrialOutcome.HOLDS,
    Verdict.MISSED: TrialOutcome.VIOLATES,
    Verdict.NOT_PROVEN: TrialOutcome.UNSURE,
    Verdict.INVALID: TrialOutcome.UNSOUND,
}


@dataclass(frozen=True, slots=True)
class FaultSearch:
    """What is asked for."""

    day: GameDay
    """Its experiments are drawn from, its load and its promises are those of every trial."""
    space: FaultSpace
    seed: int
    most_trials: int


@dataclass(frozen=True, slots=True)
class JudgedTrial:
    """One trial and why it came out as it did."""

    tried: Tried
    reasons: tuple[str, ...]
    run: str
    """Its run folder."""


@dataclass(frozen=True, slots=True)
class FaultFindings:
    """What the search came to."""

    ended: Ended
    trials: tuple[JudgedTrial, ...]
    violation: Trial | None
    """The smallest that violates."""
    plan: str | None
    """The file of it, which can be run alone."""


def space_of(day: GameDay, span_s: int, most_at_once: int) -> FaultSpace:
    """Everything that may be drawn from the experiments of a plan. Raises BadInput where it has none."""
    targets = {
        name: frozenset(target for fault in faults_of(one.parsed) for target in fault.targets)
        for name, one in day.experiments.items()
    }
    if not targets:
        raise BadInput(f"{day.plan_file.path}: phases: no experiment is named: nothing could be broken.")
    return FaultSpace(targets, span_s, most_at_once=most_at_once)


def search_faults(
    search: FaultSearch, home: Home, board: StepBoard, interrupts: Interrupts
) -> tuple[FaultFindings, RunFolder]:
    """Try until it is known. Faults are healed after every trial. Raises StackError, BadInput."""
    plan = search.day.plan_file.plan
    now_ns = AnchoredClock.anchor().now_ns()
    folder = create_run_folder(search.day.runs_dir, f"{plan.name}-fault-search", now_ns)
    judged: list[JudgedTrial] = []
    with run_lock(home), _kept_if_filled(folder), _target(search, home, folder, board, interrupts) as url:
        try:
            ended = _try_all(search, home, folder, url, judged, board, interrupts)
        except KeyboardInterrupt:
            ended = Ended.INTERRUPTED
    found = smallest_violation([one.tried for one in judged])
    file = None if found is None else _write(search, folder, found, judged)
    return FaultFindings(ended, tuple(judged), found, None if file is None else str(file)), folder


def _try_all(  # noqa: PLR0913, PLR0917 -- what a trial needs
    search: FaultSearch,
    home: Home,
    folder: RunFolder,
    url: str,
    judged: list[JudgedTrial],
    board: StepBoard,
    interrupts: Interrupts,
) -> Ended:
    while True:
        step = next_trial([one.tried for one in judged], search.space, search.seed, search.most_trials)
        if step.trial is None:
            return step.ended or Ended.NONE_FOUND
        name = f"trial {len(judged) + 1}"
        board.tell(name, str(step.trial))
        judged.append(_try(search, home, folder, url, step.trial, board, interrupts))
        board.tell(name, f"{step.trial}: {judged[-1].tried.outcome}", done=True)


def _try(  # noqa: PLR0913, PLR0917 -- what a trial needs
    search: FaultSearch,
    home: Home,
    folder: RunFolder,
    url: str,
    trial: Trial,
    board: StepBoard,
    interrupts: Interrupts,
) -> JudgedTrial:
    day = search.day
    plan = trial_plan(day.plan_file, trial, search.space.span_s, dict(day.experiments))
    run = create_run_folder(folder.path, plan.name, AnchoredClock.anchor().now_ns())
    by_file = {str(one.file): one for one in day.experiments.values()}
    experiments = {name: by_file[name] for name in plan.experiments}
    plan_file = write_plan(run.path / "trial.yaml", plan, f"Trial of a search, seed {search.seed}: {trial}")
    keep_inputs(run, plan_file, (one.file for one in experiments.values()), day.contract_file)
    load = Load(
        folder=run,
        home=home,
        plan=plan,
        scenario=replace(day.scenario, duration_s=plan.duration_s),
        scenario_file=Path(plan.scenario),
        experiments=experiments,
        target=url,
        command=day.command,
        plan_dir=day.plan_file.path.parent,
    )
    put_under_load(load, board, interrupts)
    if interrupts.interrupted:
        raise KeyboardInterrupt
    ours = tuple(one.file.stem for one in experiments.values() if one.parsed.names_our_faults)
    demands = replace(day.demands, question=plan.question, expected_experiments=ours)
    verdict = conclude(run, day.objectives, demands).verdict
    return JudgedTrial(Tried(trial, _OUTCOMES[verdict.verdict]), verdict.reasons, str(run.path))


def _write(search: FaultSearch, folder: RunFolder, found: Trial, judged: list[JudgedTrial]) -> Path:
    day = search.day
    plan = trial_plan(day.plan_file, found, search.space.span_s, dict(day.experiments))
    (why,) = [one.reasons for one in judged if one.tried.trial == found]
    heading = f"Found with seed {search.seed} in {len(judged)} trials: {found}.\n" + "\n".join(why[:3])
    return write_plan(folder.path / PLAN, plan, heading).path


@contextmanager
def _kept_if_filled(folder: RunFolder) -> Iterator[None]:
    """No evidence, no folder."""
    try:
        yield
    except BaseException:
        if not any(folder.path.iterdir()):
            folder.path.rmdir()
        raise


@contextmanager
def _target(
    search: FaultSearch, home: Home, folder: RunFolder, board: StepBoard, interrupts: Interrupts
) -> Iterator[str]:
    """The URL, with whatever has to run for it within the block."""
    plan = search.day.plan_file.plan
    if plan.target != LOCAL_TARGET:
        yield plan.target
        return
    with stack_for_run(home, folder.id, board, interrupts):
        tenants = tenants_needed(search.day.scenario)
        seed(home, tenants, plan.corpus.documents, plan.seed, lambda line: board.tell("seed", line))
        board.tell("seed", f"{plan.corpus.documents:,} documents, {sum(tenants.values())} tenants", done=True)
        with service_for_run(home, folder, board, interrupts):
            yield service_url(home)
