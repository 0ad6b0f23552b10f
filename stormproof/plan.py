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

_STRICT = ConfigDict(extra="forbid")
_NAME = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")

LOCAL_TARGET = "local"
WARM_UP = "warm-up"
LONGEST_HOLD_S = 3600.0
"""Chaos refuses to hold a fault for longer."""
LEAST_SLACK_S = 3.0
"""An experiment takes longer than its fault is held: it injects, verifies, heals, verifies the healing."""


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A named stretch of the run, with at most one experiment."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, _NAME]
    duration_s: Annotated[float, Field(gt=0, le=86_400)]
    experiment: str | None = None
    """An experiment of ours by name, or the path of a Chaos Toolkit file, from the plan's folder."""
    hold_s: Annotated[float, Field(gt=0, le=LONGEST_HOLD_S)] | None = None
    """How long the fault is held; by default the phase less 6 s for injecting and healing."""

    @property
    def held_s(self) -> float:
        """How long the phase's fault is held."""
        return self.hold_s if self.hold_s is not None else max(self.duration_s - 6.0, 1.0)


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

    @property
    def duration_s(self) -> float:
        """How long the load lasts."""
        return sum(phase.duration_s for phase in self.phases)

    @property
    def experiments(self) -> tuple[str, ...]:
        """The experiments, in order."""
        return tuple(phase.experiment for phase in self.phases if phase.experiment is not None)


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
    plan = read_document(path, Plan, next_step="Mend the plan; nothing was run.")
    problems = tuple(_problems(plan))
    if problems:
        raise InvalidFile(path, problems, "Mend the plan; nothing was run.")
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
        if phase.experiment is None:
            if phase.hold_s is not None:
                yield Problem(f"{where}.hold_s", str(phase.hold_s), "only a phase with an experiment holds")
        elif phase.held_s > LONGEST_HOLD_S:
            yield Problem(f"{where}.hold_s", f"{phase.held_s:g}", f"must be at most {LONGEST_HOLD_S:g} s")
        elif phase.held_s + LEAST_SLACK_S > phase.duration_s:
            allowed = f"hold_s must be at least {LEAST_SLACK_S:g} s shorter than duration_s"
            value = f"{phase.duration_s:g} with hold_s {phase.held_s:g}"
            yield Problem(f"{where}.duration_s", value, allowed)
        if phase.experiment is not None and phase.name == WARM_UP:
            allowed = f"{WARM_UP} never counts: nothing may be broken in it"
            yield Problem(f"{where}.experiment", phase.experiment, allowed)
    if plan.target != LOCAL_TARGET:
        yield from _target_problems(plan)


def _target_problems(plan: Plan) -> Iterator[Problem]:
    if not is_loopback_url(plan.target):
        yield Problem("target", repr(plan.target), f"must be {LOCAL_TARGET!r} or an http URL on loopback")
    if plan.experiments:
        yield Problem("phases", plan.experiments[0], f"experiments need the target {LOCAL_TARGET!r}")


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
