"""How a run is, at one moment: what the page shows. All instants are seconds since the start of the load."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far a run is."""

    PREPARING = "preparing"
    LOAD = "under load"
    ABORTING = "aborting"
    ENDED = "ended"
    LOST = "lost"
    """The command is gone and has not said how it ended."""


@dataclass(frozen=True, slots=True)
class StepState:
    """One line of what goes on."""

    what: str
    state: str
    done: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class Point:
    """The last ten seconds of the load, at one moment; None for what too few requests can tell."""

    at_s: float
    offered_per_s: float | None
    achieved_per_s: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    dispatch_lag_p99_ms: float | None
    in_flight: int
    outcomes: Mapping[str, float]
    """Requests a second."""


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation, or all of them, over the last ten seconds or the whole run."""

    name: str
    per_s: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PhaseState:
    """A phase that began."""

    name: str
    from_s: float
    to_s: float | None
    """None while it goes on."""


@dataclass(frozen=True, slots=True)
class FaultState:
    """One occurrence of a fault."""

    name: str
    target: str | None
    experiment: str | None
    state: str
    """The last step that it took: injecting, injected, verified, healing, healed, heal_verified."""
    from_s: float
    to_s: float | None
    """When it was seen to be gone; None until then."""
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DependencyState:
    """What the target says of one of its dependencies."""

    name: str
    state: str
    """up, down, unknown, or a word of the target's own."""
    breakers: Mapping[str, str]
    """By class of operation: closed, open, half-open."""
    detail: str


@dataclass(frozen=True, slots=True)
class TargetHealth:
    """What the target says of itself."""

    told: str
    """Its status, or why none is known."""
    dependencies: tuple[DependencyState, ...]


@dataclass(frozen=True, slots=True)
class BudgetState:
    """One objective, as far as requests are recorded by now."""

    name: str
    tier: str | None
    target: float
    good: int
    total: int
    spent: float | None
    """Share of the bad requests that the target allows of as many, above 1 where it is missed so far; None
    without a request."""
    burn: float | None
    """How fast it burns over the last minute: 1 spends exactly the budget; None without a request."""


@dataclass(frozen=True, slots=True)
class EndingState:
    """What the run came to."""

    verdict: str
    reasons: tuple[str, ...]
    run_dir: str | None
    report: str | None
    """The path of its file."""
    report_url: str | None
    """Where this page's server has it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole state."""

    title: str
    target: str | None
    stage: Stage
    steps: tuple[StepState, ...]
    duration_s: float | None
    point: Point | None
    """None while nothing was sent."""
    operations: tuple[OperationRow, ...]
    phases: tuple[PhaseState, ...]
    faults: tuple[FaultState, ...]
    health: TargetHealth | None
    budgets: tuple[BudgetState, ...]
    budget_note: str
    warnings: tuple[str, ...]
    """Why the run may come to be INVALID, and what could not be read."""
    ending: EndingState | None
