"""A game day in one file: target, scenario, phases with their experiments, objectives, demands."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field

from evidence.documents import read_document
from evidence.errors import InvalidFile, Problem
from slo.allowed_fields import with_allowed_fields
from stormproof.bad_share import BadShare
from stormproof.planned_experiment import LONGEST_HOLD_S, PlannedExperiment

_STRICT = ConfigDict(extra="forbid")
_NAME = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")

_NEXT_STEP = "Mend the plan; nothing was run."

LOCAL_TARGET = "local"
WARM_UP = "warm-up"
_AROUND_S = 6.0
"""Left for injecting and healing where the plan does not say how long a fault is held."""
LEAST_SLACK_S = 3.0
"""An experiment takes longer than its fault is held: it injects, verifies, heals, verifies the healing."""


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A named stretch of the run, with its experiments."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, _NAME]
    duration_s: Annotated[float, Field(gt=0, le=86_400)]
    """With `until`, at most."""
    experiment: str | None = None
    """The only experiment: the short form of `experiments`."""
    hold_s: Annotated[float, Field(gt=0, le=LONGEST_HOLD_S)] | None = None
    """Of the only experiment."""
    experiments: tuple[PlannedExperiment, ...] = ()
    order: Literal["together", "sequence"] = "together"
    """together: each at its own `at_s`; sequence: each once the one before has ended."""
    until: BadShare | None = None
    """The phase ends as soon as its experiments have ended and no more requests than this are bad. The time
    that it does not need goes to the last phase: the load lasts as planned.
    """
    or_else: Literal["go on", "abort"] = "go on"
    """What becomes of the run where `until` does not hold in time."""

    @property
    def planned(self) -> tuple[PlannedExperiment, ...]:
        """Its experiments, whichever form it has."""
        if self.experiment is not None:
            return (PlannedExperiment(self.experiment, hold_s=self.hold_s),)
        return self.experiments

    def name_of(self, position: int) -> str:
        """What the processes and logs of one of its experiments are called."""
        return self.name if len(self.planned) == 1 else f"{self.name}-{position + 1}"

    def held_s(self, planned: PlannedExperiment) -> float:
        """How long the fault of one of them is held."""
        if planned.hold_s is not None:
            return planned.hold_s
        return max(self.duration_s - planned.at_s - _AROUND_S, 1.0)

    @property
    def needed_s(self) -> float:
        """The least that its experiments take, from the start of the phase."""
        takes = [(one.at_s, self.held_s(one) + LEAST_SLACK_S) for one in self.planned]
        if self.order == "sequence":
            return sum(at_s + took_s for at_s, took_s in takes)
        return max((at_s + took_s for at_s, took_s in takes), default=0.0)


@dataclass(frozen=True, slots=True)
class PlannedCorpus:
    """What is seeded into the local stack before the run."""

    __pydantic_config__ = _STRICT

    documents: Annotated[int, Field(ge=1, le=10_000_000)] = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """A game day. Paths are relative to the plan's own folder."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, _NAME]
    scenario: str
    objectives: str
    demands: tuple[str, ...]
    """Names of the objectives, over the whole run, that the verdict rests on; the others are told."""
    phases: Annotated[tuple[PlannedPhase, ...], Field(min_length=1)]
    target: str = LOCAL_TARGET
    """`local` (the stack on this machine, the reference service before it) or a URL."""
    question: Literal["inference", "window"] = "inference"
    """inference: would the service meet it; window: did this window meet it."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    corpus: PlannedCorpus = PlannedCorpus()
    contract: str | None = None
    """What each operation may do under each fault: the cells that the plan brings about are demanded."""
    abort: BadShare | None = None
    """Stop and heal as soon as more requests than this are bad."""
    confirm_hosts: tuple[str, ...] = ()
    """Hosts off this machine that the target and the experiments may reach: yes, I may break things there."""

    @property
    def duration_s(self) -> float:
        """How long the load lasts."""
        return sum(phase.duration_s for phase in self.phases)

    @property
    def experiments(self) -> tuple[str, ...]:
        """The experiments, in order, as often as they are run."""
        return tuple(one.experiment for phase in self.phases for one in phase.planned)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan and where it stands."""

    path: Path
    plan: Plan

    def resolve(self, relative: str) -> Path:
        """A path that the plan names, from the plan's folder."""
        return (self.path.parent / relative).resolve()

    def with_documents(self, documents: int) -> "PlanFile":
        """The same plan on a corpus of another size."""
        return replace(self, plan=replace(self.plan, corpus=PlannedCorpus(documents)))


def read_plan(path: Path) -> PlanFile:
    """The plan at `path`. Raises InvalidFile, naming every problem."""
    try:
        plan = read_document(path, Plan, next_step=_NEXT_STEP)
    except InvalidFile as error:
        told = tuple(with_allowed_fields(one, Plan) for one in error.problems)
        raise InvalidFile(path, told, error.next_step) from error
    problems = tuple(_problems(plan))
    if problems:
        raise InvalidFile(path, problems, _NEXT_STEP)
    return PlanFile(path.absolute(), plan)


def demo_plan() -> Path:
    """The plan of `stormproof demo`."""
    return Path(__file__).parent / "plans/demo.yaml"


def _problems(plan: Plan) -> Iterator[Problem]:
    names = [phase.name for phase in plan.phases]
    for index, phase in enumerate(plan.phases):
        where = f"phases[{index}]"
        if names.index(phase.name) != index:
            yield Problem(f"{where}.name", repr(phase.name), "each phase needs a name of its own")
        yield from _problems_of_form(phase, where)
        yield from _problems_of_experiments(phase, where)
        if phase.until is not None and phase is plan.phases[-1]:
            yield Problem(f"{where}.until", str(phase.until), "the last phase lasts as long as the load")
        if phase.or_else == "abort" and phase.until is None:
            yield Problem(f"{where}.or_else", phase.or_else, "only a phase with `until` waits for something")
    if plan.target != LOCAL_TARGET:
        yield from _target_problems(plan)


def _problems_of_form(phase: PlannedPhase, where: str) -> Iterator[Problem]:
    if phase.experiment is None and phase.hold_s is not None:
        yield Problem(f"{where}.hold_s", str(phase.hold_s), "only a phase with an experiment holds")
    if phase.experiment is not None and phase.experiments:
        yield Problem(f"{where}.experiment", phase.experiment, "must not stand beside `experiments`")
    if phase.planned and phase.name == WARM_UP:
        allowed = f"{WARM_UP} never counts: nothing may be broken in it"
        yield Problem(f"{where}.experiment", phase.planned[0].experiment, allowed)


def _problems_of_experiments(phase: PlannedPhase, where: str) -> Iterator[Problem]:
    names = [one.experiment for one in phase.planned]
    for index, one in enumerate(phase.planned):
        place = f"{where}.experiments[{index}]" if phase.experiments else where
        if phase.held_s(one) > LONGEST_HOLD_S:
            yield Problem(
                f"{place}.hold_s", f"{phase.held_s(one):g}", f"must be at most {LONGEST_HOLD_S:g} s"
            )
        if phase.order == "sequence" and one.hold_s is None:
            yield Problem(f"{place}.hold_s", "missing", "must be told where experiments follow one another")
        elif phase.order == "together" and one.experiment in names[:index]:
            allowed = "must be named once: together, each would heal what the other breaks"
            yield Problem(f"{place}.experiment", one.experiment, allowed)
    if phase.planned and phase.needed_s > phase.duration_s:
        if len(phase.planned) == 1 and not phase.planned[0].at_s:
            allowed = f"hold_s must be at least {LEAST_SLACK_S:g} s shorter than duration_s"
            value = f"{phase.duration_s:g} with hold_s {phase.held_s(phase.planned[0]):g}"
        else:
            allowed = f"must be at least {phase.needed_s:g}: faults are held, made and healed in it"
            value = f"{phase.duration_s:g}"
        yield Problem(f"{where}.duration_s", value, allowed)


def _target_problems(plan: Plan) -> Iterator[Problem]:
    host = _host(plan.target)
    if host is None:
        yield Problem("target", repr(plan.target), f"must be {LOCAL_TARGET!r} or an http URL")
    elif not is_loopback_url(plan.target) and host not in plan.confirm_hosts:
        allowed = f"is not on loopback: if you may put load on it, say so: confirm_hosts: [{host}]"
        yield Problem("target", repr(plan.target), allowed)


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None


def is_loopback_url(url: str) -> bool:
    """Whether `url` is an http(s) URL that stays on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 -- raises ValueError for a port that is none
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"}:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
