"""The frame of every drill: seed, service, load, the drill's own steps, oracle, order again, record."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import redis

import stack
from chaos.errors import ChaosError
from evidence.clock import AnchoredClock
from evidence.drill_record import DrillOutcome, DrillRecord
from evidence.home import Home
from evidence.machine import package_versions, this_machine
from evidence.ports import HOST
from evidence.run_folder import RunFolder, create_run_folder
from evidence.run_record import RunRecord
from evidence.tenants_record import Tenant, read_tenants
from evidence.timeline import TimelineEventName
from loadtests.command import GeneratorOptions
from loadtests.scenario import Scenario, tenants_needed
from loadtests.scenario_file import read_scenario
from stormproof.console import StepBoard
from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext, NotRecovered
from stormproof.drills.drill import Drill
from stormproof.drills.outage import STEADY_S
from stormproof.drills.result import Ending, conclude_drill
from stormproof.drills.service_probe import ServiceProbe
from stormproof.run.drill_mark import drill_mark, remove_drill_mark
from stormproof.run.generator import Generator, start_generator
from stormproof.run.interrupt import Interrupts
from stormproof.run.recovery import stack_settings
from stormproof.run.service import seed, service_for_run, service_url, told_environment
from stormproof.run.stack_up import bring_up

LOAD_FILE = Path(__file__).with_name("load.yaml")
DOCUMENTS = 1000
_SEED = 1
_START_LEAD_S = 6.0
_BASELINE_S = 6.0
_AFTERMATH_S = 2 * STEADY_S
_FAILURES = (
    NotRecovered,
    stack.StackError,
    ChaosError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    redis.RedisError,
    OSError,
)
"""What a step raises when a part does not do what it is asked."""


@dataclass(frozen=True, slots=True)
class DrillResult:
    """Where the evidence is, and what it comes to."""

    folder: RunFolder
    record: DrillRecord


def run_drill(
    drill: Drill, action: DrillAction, home: Home, runs_dir: Path, board: StepBoard, interrupts: Interrupts
) -> DrillResult:
    """One drill on a stack that is up. The caller holds the run lock.

    Whatever happens, what was started is ended and every part runs again, with the data that it had where the
    drill did not end well. Raises StackError when it could not begin, or the stack cannot be had again.
    """
    scenario = read_scenario(LOAD_FILE)
    clock = AnchoredClock.anchor()
    folder = create_run_folder(runs_dir, f"drill-{drill.name}", clock.now_ns())
    board.tell(drill.name, "seeding")
    seed(home, tenants_needed(scenario), DOCUMENTS, _SEED, lambda _: None)
    tenants = {one.id: one for one in read_tenants(home.tenants_file).tenants}
    context = DrillContext(
        drill=drill,
        home=home,
        settings=stack_settings(home),
        folder=folder,
        board=board,
        clock=clock,
        sleep=time.sleep,
        probe=ServiceProbe(service_url(home), _loaded(tenants)),
    )
    with drill_mark(home, folder.id):
        record = _drill(context, action, scenario, tenants, interrupts)
    folder.write_drill(record)
    told = "recovered" if record.outcome is DrillOutcome.RECOVERED else f"{record.outcome}: {record.reason}"
    board.tell(drill.name, told, done=record.met, failed=not record.met)
    return DrillResult(folder, record)


def _drill(
    context: DrillContext,
    action: DrillAction,
    scenario: Scenario,
    tenants: Mapping[str, Tenant],
    interrupts: Interrupts,
) -> DrillRecord:
    ending = Ending()
    kept = False
    try:
        action.prepare(context)
        service = action.service or (
            lambda one: service_for_run(one.home, one.folder, one.board, interrupts)
        )  # fmt: skip -- one thought
        with service(context):
            try:
                _under_load(context, action, scenario, ending)
            except _FAILURES as error:
                ending.outcome = DrillOutcome.NOT_RECOVERED
                ending.reason = str(error) or type(error).__name__
            with interrupts.shield():
                record = conclude_drill(context, ending, tenants)
        kept = record.outcome is DrillOutcome.RECOVERED
    except KeyboardInterrupt:
        ending.outcome, ending.reason = DrillOutcome.INTERRUPTED, "interrupted"
        record = ending.record(context, (), (), 0)
    finally:
        with interrupts.shield():
            _put_in_order(context, keep=kept)
    return record


def _under_load(context: DrillContext, action: DrillAction, scenario: Scenario, ending: Ending) -> None:
    with action.watch(context), _load(context, scenario, ending):
        context.board.tell(context.drill.name, "load before the failure")
        context.phase("baseline", TimelineEventName.STARTED)
        context.wait(_BASELINE_S)
        context.phase("baseline", TimelineEventName.ENDED)
        action.run(context)
        context.phase("aftermath", TimelineEventName.STARTED)
        context.board.tell(context.drill.name, "load after the recovery")
        context.wait(_AFTERMATH_S)
        context.phase("aftermath", TimelineEventName.ENDED)


@contextmanager
def _load(context: DrillContext, scenario: Scenario, ending: Ending) -> Iterator[None]:
    """The load goes on within the block; what is in flight at its end is waited for."""
    start_ns = context.clock.now_ns() + round(_START_LEAD_S * 1e9)
    record = _run_record(context, scenario, start_ns)
    context.folder.write_run(record)
    options = GeneratorOptions(
        scenario_file=LOAD_FILE,
        target=service_url(context.home),
        run_dir=context.folder.path,
        tenants_file=context.home.tenants_file,
        seed=_SEED,
        start_at_ns=start_ns,
    )
    generator = start_generator(context.home, context.folder, options)
    try:
        context.wait(_START_LEAD_S)
        yield
        if generator.exit_code() is not None:
            raise NotRecovered(f"the load ended by itself: see {generator.process.log_file}")
    finally:
        ending.load_ended_ns = context.clock.now_ns()
        _end_load(context, record, generator)


def _end_load(context: DrillContext, record: RunRecord, generator: Generator) -> None:
    generator.end()
    ended = replace(record, ended_ns=context.clock.now_ns(), exits=(generator.exit(),))
    context.folder.write_run(ended)


def _put_in_order(context: DrillContext, *, keep: bool) -> None:
    """No process of the drill is left, every part runs; data set aside go or come back."""
    settings, run = context.settings, context.folder.id
    stack.end_processes(settings, lambda process: process.run == run)
    if keep:
        stack.give_up_set_aside(settings)
    bring_up(settings, context.board)
    remove_drill_mark(context.home)


def _loaded(tenants: Mapping[str, Tenant]) -> Tenant:
    return next(one for one in tenants.values() if one.tier == "enterprise")


def _run_record(context: DrillContext, scenario: Scenario, load_start_ns: int) -> RunRecord:
    parts = stack.registry(context.settings).parts
    return RunRecord(
        id=context.folder.id,
        plan=f"drill-{context.drill.name}",
        scenario=scenario.name,
        target=service_url(context.home),
        started_ns=context.clock.now_ns(),
        load_start_ns=load_start_ns,
        ended_ns=None,
        seeds={"arrivals": _SEED, "corpus": _SEED},
        versions={**package_versions(("stormproof",)), **{part.name: part.version for part in parts}},
        machine=this_machine(),
        service_settings=told_environment(context.home),
        scheduled=(),
        rate_limits=scenario.limits,
        command=("stormproof", "drill", context.drill.name),
        notes=(f"The load ends when the drill does; it is offered from {HOST}.",),
    )
