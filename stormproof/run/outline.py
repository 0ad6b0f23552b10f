"""What a plan would do, told before anything is started."""

from collections.abc import Iterator
from dataclasses import dataclass

from chaos.supervision.experiment_file import ExperimentFile
from chaos.supervision.hosts import hosts_off_loopback
from loadtests.scenario import scheduled_arrivals
from stormproof.plan import LOCAL_TARGET, PlannedPhase
from stormproof.run.game_day import GameDay

_LOCAL_PARTS = ("Elasticsearch", "PostgreSQL", "two Redis", "Toxiproxy", "the reference service")


@dataclass(frozen=True, slots=True)
class OutlinedFault:
    """What an experiment would break."""

    fault: str
    """Of ours by its name, else the action's."""
    targets: tuple[str, ...]
    """Names of what it breaks; of a foreign action what it calls."""


@dataclass(frozen=True, slots=True)
class OutlinedExperiment:
    """An experiment, and when it would start."""

    experiment: str
    file: str
    from_s: float
    """From the start of the load; in a sequence, at the earliest."""
    hold_s: float
    faults: tuple[OutlinedFault, ...]
    hosts: tuple[str, ...]
    """Off this machine."""


@dataclass(frozen=True, slots=True)
class OutlinedPhase:
    """A phase on the clock of the load."""

    name: str
    from_s: float
    to_s: float
    until: str | None
    """The condition at which it ends earlier, in words."""
    experiments: tuple[OutlinedExperiment, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """All of it."""

    plan: str
    target: str
    starts: tuple[str, ...]
    """What would be started beside the generator."""
    duration_s: float
    rate_per_s: float
    arrivals: int
    personas: tuple[str, ...]
    seed: int
    documents: int | None
    """Seeded into the local stack."""
    phases: tuple[OutlinedPhase, ...]
    demands: tuple[str, ...]
    told_only: tuple[str, ...]
    """Objectives that decide nothing."""
    question: str
    contract: str | None
    abort: str | None
    """In words."""
    hosts: tuple[str, ...]
    """Off this machine, confirmed by the plan."""


def outline(day: GameDay) -> Outline:
    """What running `day` would do. Starts nothing."""
    plan = day.plan_file.plan
    is_local = plan.target == LOCAL_TARGET
    return Outline(
        plan=plan.name,
        target=plan.target,
        starts=_LOCAL_PARTS if is_local else (),
        duration_s=plan.duration_s,
        rate_per_s=day.scenario.rate_per_s,
        arrivals=sum(one.arrivals for one in scheduled_arrivals(day.scenario, plan.seed, 1)),
        personas=tuple(persona.name for persona in day.scenario.personas),
        seed=plan.seed,
        documents=plan.corpus.documents if is_local else None,
        phases=tuple(_phases(day)),
        demands=plan.demands,
        told_only=tuple(one.name for one in day.objectives if one.name not in plan.demands),
        question=plan.question,
        contract=None if day.contract_file is None else str(day.contract_file),
        abort=None if plan.abort is None else f"more than {plan.abort}",
        hosts=plan.confirm_hosts,
    )


def _phases(day: GameDay) -> Iterator[OutlinedPhase]:
    offset_s = 0.0
    for phase in day.plan_file.plan.phases:
        until = None if phase.until is None else f"at most {phase.until}, or else {phase.or_else}"
        yield OutlinedPhase(
            phase.name,
            offset_s,
            offset_s + phase.duration_s,
            until,
            tuple(_experiments(day, phase, offset_s)),
        )
        offset_s += phase.duration_s


def _experiments(day: GameDay, phase: PlannedPhase, offset_s: float) -> Iterator[OutlinedExperiment]:
    from_s = offset_s
    for planned in phase.planned:
        prepared = day.experiments[planned.experiment]
        starts_s = (from_s if phase.order == "sequence" else offset_s) + planned.at_s
        yield OutlinedExperiment(
            planned.experiment,
            str(prepared.file),
            starts_s,
            phase.held_s(planned),
            tuple(faults_of(prepared.parsed)),
            hosts_off_loopback(prepared.parsed, dict(planned.variables)),
        )
        from_s = starts_s + phase.held_s(planned)


def faults_of(experiment: ExperimentFile) -> Iterator[OutlinedFault]:
    """Its actions that break something: of ours those that inject, of a foreign file all."""
    for activity in map(experiment.resolve, experiment.method):
        provider = activity.provider
        arguments = provider.arguments if isinstance(provider.arguments, dict) else {}
        if provider.module == "chaos.actions":
            targets = arguments.get("targets")
            if provider.func == "inject":
                named = targets if isinstance(targets, list) else [targets]
                yield OutlinedFault(str(arguments.get("fault")), tuple(map(str, named)))
        elif activity.type == "action":
            called = provider.url or provider.path or f"{provider.module}.{provider.func}"
            yield OutlinedFault(activity.name, (called,))
