"""Walking through the phases of a plan while the load runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from evidence.clock import Clock
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind
from stormproof.plan import Plan, PlannedPhase

_NS = 1_000_000_000
_POLL_S = 0.05
EXPERIMENT_GRACE_S = 20.0
"""How long after the end of its phase an experiment may still be healing before it is ended."""
WRITER = "stormproof"


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """A phase and its stretch of the load: start_ns <= instant < end_ns."""

    phase: PlannedPhase
    start_ns: int
    end_ns: int


class RunningExperiment(Protocol):
    """An experiment that was started in a process of its own."""

    def exit_code(self) -> int | None:
        """None while it runs."""
        ...

    def interrupt(self) -> None:
        """Ask it to roll back and end; returns when it has, or was ended after a bounded time."""
        ...


class GeneratorLost(RuntimeError):  # noqa: N818 -- what happened, in the words of the verdict
    """The generator ended before its schedule did."""


@dataclass(frozen=True, slots=True)
class PhaseSteps:
    """What walking through the phases does to the world."""

    clock: Clock
    sleep: Callable[[float], None]
    record: Callable[[TimelineEvent], None]
    start_experiment: Callable[[PlannedPhase], RunningExperiment]
    generator_runs: Callable[[], bool]
    on_phase: Callable[[PhaseSpan], None]


def phase_spans(plan: Plan, load_start_ns: int) -> Iterator[PhaseSpan]:
    """The phases, laid end to end from the instant that the schedule's zero stands for."""
    offset_s = 0.0
    for phase in plan.phases:
        start_ns = load_start_ns + round(offset_s * _NS)
        offset_s += phase.duration_s
        yield PhaseSpan(phase, start_ns, load_start_ns + round(offset_s * _NS))


def walk_phases(plan: Plan, load_start_ns: int, steps: PhaseSteps) -> None:
    """Go through all phases, each with its experiment, and write them to the timeline.

    An experiment that takes longer than its phase delays the next phase's start, not the load's end.
    Raises GeneratorLost; the present phase is ended first.
    """
    for span in phase_spans(plan, load_start_ns):
        _wait_until(span.start_ns, steps)
        started_ns = span.start_ns if _is_on_time(span.start_ns, steps) else steps.clock.now_ns()
        steps.record(_event(span.phase, TimelineEventName.STARTED, started_ns))
        steps.on_phase(span)
        try:
            _walk_phase(span, steps)
        finally:
            now_ns = steps.clock.now_ns()
            on_time = span.end_ns <= now_ns and _is_on_time(span.end_ns, steps)
            steps.record(_event(span.phase, TimelineEventName.ENDED, span.end_ns if on_time else now_ns))


def _walk_phase(span: PhaseSpan, steps: PhaseSteps) -> None:
    if span.phase.experiment is not None:
        experiment = steps.start_experiment(span.phase)
        deadline_ns = span.end_ns + round(EXPERIMENT_GRACE_S * _NS)
        try:
            while experiment.exit_code() is None and steps.clock.now_ns() < deadline_ns:
                _wait_a_little(steps)
        finally:
            if experiment.exit_code() is None:
                experiment.interrupt()
    _wait_until(span.end_ns, steps)


def _wait_until(instant_ns: int, steps: PhaseSteps) -> None:
    while (left_ns := instant_ns - steps.clock.now_ns()) > 0:
        _wait_a_little(steps, left_ns / _NS)


def _wait_a_little(steps: PhaseSteps, left_s: float = _POLL_S) -> None:
    if not steps.generator_runs():
        raise GeneratorLost("The generator ended before its schedule did: see generator.log of the run.")
    steps.sleep(min(left_s, _POLL_S))


def _is_on_time(boundary_ns: int, steps: PhaseSteps) -> bool:
    """Phases tile without gaps where the walk keeps up with the schedule."""
    return steps.clock.now_ns() - boundary_ns < 2 * _POLL_S * _NS


def _event(phase: PlannedPhase, event: TimelineEventName, at_ns: int) -> TimelineEvent:
    return TimelineEvent(at_ns, TimelineKind.PHASE, phase.name, event, WRITER)
