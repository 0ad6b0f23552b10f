"""Load on a target, phase by phase, with the plan's experiments: what makes the evidence."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import stack
from chaos.timing import Timing
from chaos.undo import HealReport, heal
from evidence.clock import AnchoredClock
from evidence.home import Home
from evidence.machine import package_versions, this_machine
from evidence.run_folder import RunFolder
from evidence.run_record import ProcessExit, RunRecord
from evidence.timeline import append_event
from loadtests.command import GeneratorOptions
from loadtests.scenario import Scenario, scheduled_arrivals
from stormproof.console import StepBoard
from stormproof.live_view import live_view
from stormproof.plan import LOCAL_TARGET, Plan, PlannedPhase
from stormproof.run.experiment import Experiment, start_experiment
from stormproof.run.experiment_judging import judge_experiments
from stormproof.run.experiment_start import ExperimentStart
from stormproof.run.generator import DRAIN_WITHIN_S, Generator, start_generator
from stormproof.run.interrupt import Interrupts
from stormproof.run.phase_lines import phase_lines
from stormproof.run.phases import Aborted, GeneratorLost, PhaseSpan, PhaseSteps, walk_phases
from stormproof.run.prepared_experiment import PreparedExperiment
from stormproof.run.recovery import stack_settings
from stormproof.run.service import SERVICE, told_environment
from stormproof.run.suffering import Suffering

_START_LEAD_S = 6.0
"""From starting the generator to the first arrival: Locust is loaded and warmed up by then."""
_POLL_S = 0.05
_PACKAGES = ("stormproof", "locust", "chaostoolkit", "aiohttp", "duckdb", "pyarrow")
_WORKERS = 1
"""Two generators on two cores, beside a stack, bring nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is put under load, and how."""

    folder: RunFolder
    home: Home
    plan: Plan
    scenario: Scenario
    scenario_file: Path
    experiments: Mapping[str, PreparedExperiment]
    """By the names that the plan gives them."""
    target: str
    """URL."""
    command: tuple[str, ...]
    rate_per_s: float | None = None
    """That the scenario is set to; None: its own."""
    plan_dir: Path | None = None
    """Where the plan stands; None for one that is in no file."""

    @property
    def is_local(self) -> bool:
        """Against the stack on this machine, with the reference service before it."""
        return self.plan.target == LOCAL_TARGET

    @property
    def registered(self) -> stack.StackState:
        """What runs on this machine."""
        return stack.registry(stack_settings(self.home))

    @property
    def experiments_cwd(self) -> Path:
        """From where experiments look up relative paths: the plan's folder, as the plan itself does."""
        return self.plan_dir if self.plan_dir is not None else self.folder.path


@dataclass(slots=True)
class _Ending:
    """How the load came to its end; filled in while it goes on."""

    generator: Generator | None = None
    notes: list[str] = field(default_factory=list)
    experiments: list[Experiment] = field(default_factory=list)
    aborted: str | None = None
    healed: HealReport = field(default_factory=lambda: HealReport((), ()))


def put_under_load(load: Load, board: StepBoard, interrupts: Interrupts) -> None:
    """Run generator, phases and experiments; afterwards every fault is healed and the generator gone.

    Writes run.json and timeline.jsonl; interrupted, the evidence ends there. Raises StackError when a process
    cannot be started.
    """
    clock = AnchoredClock.anchor()
    load_start_ns = clock.now_ns() + round(_START_LEAD_S * 1e9)
    record = _record(load, clock.now_ns(), load_start_ns)
    load.folder.write_run(record)
    ending = _Ending()
    try:
        ending.generator = start_generator(load.home, load.folder, _options(load, load_start_ns))
        board.tell("load", f"{load.scenario.told_rate} for {load.plan.duration_s:.0f} s")
        with live_view(board, load.folder.path, load.plan.duration_s):
            with phase_lines(board) as on_phase, _suffering(load, clock) as suffering:
                steps = _steps(load, clock, ending, on_phase)
                walk_phases(load.plan, load_start_ns, _with_bounds(steps, load, suffering, load_start_ns))
            board.tell("load", "waiting for the last answers")
            _wait_until_ended(ending.generator)
        board.tell("load", f"{sum(one.arrivals for one in record.scheduled):,} arrivals", done=True)
    except GeneratorLost as error:
        ending.notes.append(str(error))
        board.tell("load", str(error), failed=True)
    except Aborted as error:
        ending.aborted = str(error)
        board.tell("load", f"aborted, healing and draining: {error}", failed=True)
    except KeyboardInterrupt:
        board.tell("load", "interrupted: healing and draining", failed=True)
    finally:
        with interrupts.shield():
            _end(load, record, clock, ending, interrupts)


def _end(
    load: Load, record: RunRecord, clock: AnchoredClock, ending: _Ending, interrupts: Interrupts
) -> None:
    """End experiments, heal, end the generator, complete run.json: each whatever became of the others."""
    settings, run = stack_settings(load.home), load.folder.id
    exits: list[ProcessExit] = []

    def write() -> None:
        load.folder.write_run(
            replace(
                record,
                ended_ns=clock.now_ns(),
                exits=tuple(exits),
                interrupted=interrupts.interrupted,
                aborted=ending.aborted,
                notes=(*record.notes, *ending.notes),
            )
        )

    def end_generator() -> None:
        if ending.generator is not None:
            ending.generator.end()
            exits.append(ending.generator.exit())

    def end_experiments() -> None:
        # By the register: one that was started at the moment of an interrupt is known only there.
        stack.end_processes(settings, lambda one: one.run == run and one.role == "experiment")
        exits.extend(ProcessExit(one.process.name, one.exit_code()) for one in ending.experiments)

    def heal_all() -> None:
        ending.healed = heal(load.home, Timing.real())
        ending.notes.extend(_heal_notes(ending.healed))

    with ExitStack() as steps:  # the last one added comes first
        steps.callback(write)
        steps.callback(_note_service, load, exits, ending.notes)
        steps.callback(
            lambda: ending.notes.extend(judge_experiments(load.home, ending.experiments, ending.healed))
        )
        steps.callback(end_generator)
        steps.callback(heal_all)
        steps.callback(end_experiments)


def _note_service(load: Load, exits: list[ProcessExit], notes: list[str]) -> None:
    service = load.registered.process(SERVICE) if load.is_local else None
    if service is None:
        return
    alive = stack.is_running(service)
    exits.append(ProcessExit(SERVICE, None if alive else stack.exit_code(service)))
    if not alive:
        notes.append("The service ended while it was under load: see service.log of the stack.")


def _heal_notes(report: HealReport) -> Iterator[str]:
    """A fault that is still there after its experiment did not heal by itself."""
    for healing in report.healings:
        what = f"{healing.fault} of {healing.target} was left by its experiment"
        yield f"{what}: {healing.state}. {healing.detail}"
    for stray in report.strays:
        yield f"Proxy {stray.proxy} was left {stray.was}: {stray.failure or 'cleared'}"


@contextmanager
def _suffering(load: Load, clock: AnchoredClock) -> Iterator[Suffering]:
    suffering = Suffering(load.folder.path, clock.now_ns)
    try:
        yield suffering
    finally:
        suffering.close()


def _with_bounds(steps: PhaseSteps, load: Load, suffering: Suffering, load_start_ns: int) -> PhaseSteps:
    """The same steps, that keep to the plan's bounds on bad requests."""
    return replace(
        steps,
        check_abort=lambda: suffering.check_abort(load.plan.abort, load_start_ns),
        is_steady=suffering.is_steady,
    )


def _steps(
    load: Load, clock: AnchoredClock, ending: _Ending, on_phase: Callable[[PhaseSpan], None]
) -> PhaseSteps:
    def start(phase: PlannedPhase, position: int) -> Experiment:
        planned = phase.planned[position]
        prepared = load.experiments[planned.experiment]
        experiment = start_experiment(
            load.home,
            load.folder,
            ExperimentStart(
                file=prepared.file,
                parsed=prepared.parsed,
                hold_s=phase.held_s(planned),
                name=phase.name_of(position),
                cwd=load.experiments_cwd,
                phase=phase.name,
                further=planned.options(),
                confirmed=load.plan.confirm_hosts,
            ),
        )
        ending.experiments.append(experiment)
        return experiment

    return PhaseSteps(
        clock=clock,
        sleep=time.sleep,
        record=lambda event: append_event(load.folder.timeline_file, event),
        start_experiment=start,
        generator_runs=lambda: ending.generator is not None and not ending.generator.lost(),
        on_phase=on_phase,
    )


def _wait_until_ended(generator: Generator) -> None:
    deadline_s = time.monotonic() + DRAIN_WITHIN_S
    while generator.exit_code() is None and time.monotonic() < deadline_s:
        time.sleep(_POLL_S)
    if generator.exit_code() is None:
        raise GeneratorLost(f"The generator did not end within {DRAIN_WITHIN_S:g} s of its last arrival.")


def _options(load: Load, load_start_ns: int) -> GeneratorOptions:
    return GeneratorOptions(
        scenario_file=load.scenario_file,
        target=load.target,
        run_dir=load.folder.path,
        tenants_file=load.home.tenants_file if load.is_local else None,
        seed=load.plan.seed,
        worker_count=_WORKERS,
        start_at_ns=load_start_ns,
        duration_s=load.plan.duration_s,
        rate_per_s=load.rate_per_s,
    )


def _record(load: Load, started_ns: int, load_start_ns: int) -> RunRecord:
    parts = load.registered.parts if load.is_local else ()
    return RunRecord(
        id=load.folder.id,
        plan=load.plan.name,
        scenario=load.scenario.name,
        target=load.target,
        started_ns=started_ns,
        load_start_ns=load_start_ns,
        ended_ns=None,
        seeds={"arrivals": load.plan.seed, "corpus": load.plan.seed},
        versions={**package_versions(_PACKAGES), **{part.name: part.version for part in parts}},
        machine=this_machine(),
        service_settings=told_environment(load.home) if load.is_local else {},
        scheduled=scheduled_arrivals(load.scenario, load.plan.seed, _WORKERS),
        rate_limits=load.scenario.limits,
        phases=tuple(phase.name for phase in load.plan.phases),
        experiments=tuple(
            load.experiments[name].file.stem
            for name in load.plan.experiments
            if load.experiments[name].parsed.names_our_faults
        ),
        command=load.command,
        notes=load.scenario.notes,
    )
