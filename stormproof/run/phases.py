"""Walking through the phases of a plan while the load runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from evidence.clock import Clock
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind
from stormproof.bad_share import BadShare
from stormproof.plan import Plan, PlannedPhase
from stormproof.planned_experiment import PlannedExperiment
from stormproof.run.running_experiment import RunningExperiment

_NS = 1_000_000_000
_POLL_S = 0.05
EXPERIMENT_GRACE_S = 20.0
"""How long after the end of its phase an experiment may still be healing before it is ended."""
WRITER = "stormproof"


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """A phase and its stretch of the load: start_ns <= instant < end_ns; with a condition, end_ns at most."""

    phase: PlannedPhase
    start_ns: int
    end_ns: int


class GeneratorLost(RuntimeError):  # noqa: N818 -- what happened, in the words of the verdict
    """The generator ended before its schedule did."""


class Aborted(RuntimeError):  # noqa: N818 -- the same
    """The plan's own condition ended the run: users suffered too much, or no steady state came back."""


@dataclass(frozen=True, slots=True)
class PhaseSteps:
    """What walking through the phases does to the world."""

    clock: Clock
    sleep: Callable[[float], None]
    record: Callable[[TimelineEvent], None]
    start_experiment: Callable[[PlannedPhase, int], RunningExperiment]
    """The experiment of a phase by its position in it."""
    generator_runs: Callable[[], bool]
    on_phase: Callable[[PhaseSpan], None]
    check_abort: Callable[[], None] = lambda: None
    """Raises Aborted where users suffer beyond the plan's bound."""
    is_steady: Callable[[BadShare, int], bool] = lambda _bound, _since_ns: False
    """Whether a bound holds, of requests since an instant."""


def phase_spans(plan: Plan, load_start_ns: int) -> Iterator[PhaseSpan]:
    """The phases, laid end to end from the instant that the schedule's zero stands for."""
    offset_s = 0.0
    for phase in plan.phases:
        start_ns = load_start_ns + round(offset_s * _NS)
        offset_s += phase.duration_s
        yield PhaseSpan(phase, start_ns, load_start_ns + round(offset_s * _NS))


def walk_phases(plan: Plan, load_start_ns: int, steps: PhaseSteps) -> None:
    """Go through all phases, each with its experiments, and write them to the timeline.

    An experiment that takes longer than its phase delays the next phase's start, not the load's end; what a
    phase with a condition does not need goes to the last one. Raises GeneratorLost, Aborted; the present
    phase is ended first.
    """
    gained_ns = 0
    for planned in phase_spans(plan, load_start_ns):
        is_last = planned.phase is plan.phases[-1]
        span = PhaseSpan(
            planned.phase, planned.start_ns - gained_ns, planned.end_ns - (0 if is_last else gained_ns)
        )
        _wait_until(span.start_ns, steps)
        started_ns = span.start_ns if _is_on_time(span.start_ns, steps) else steps.clock.now_ns()
        steps.record(_event(span.phase, TimelineEventName.STARTED, started_ns))
        steps.on_phase(span)
        ended_ns = span.end_ns
        try:
            ended_ns = _walk_phase(span, started_ns, steps)
        finally:
            now_ns = steps.clock.now_ns()
            on_time = ended_ns <= now_ns and _is_on_time(ended_ns, steps)
            steps.record(_event(span.phase, TimelineEventName.ENDED, ended_ns if on_time else now_ns))
        gained_ns += span.end_ns - ended_ns


@dataclass(slots=True)
class _Flock:
    """The experiments of one phase: those to come, and those that were started."""

    phase: PlannedPhase
    start_ns: int
    pending: list[tuple[int, PlannedExperiment]]
    """With its position."""
    started: list[RunningExperiment] = field(default_factory=list)
    free_ns: int = 0
    """In a sequence: when the experiment before was seen to have ended."""

    def is_over(self) -> bool:
        return not self.pending and not self.living()

    def living(self) -> list[RunningExperiment]:
        return [one for one in self.started if one.exit_code() is None]

    def start_due(self, steps: PhaseSteps) -> None:
        now_ns = steps.clock.now_ns()
        if self.phase.order == "sequence":
            if self.living():
                self.free_ns = now_ns
            elif self.pending and now_ns >= max(self.free_ns, self.start_ns) + _ns(self.pending[0][1].at_s):
                self._start(self.pending[0], steps)
                self.free_ns = now_ns
            return
        for due in [one for one in self.pending if now_ns >= self.start_ns + _ns(one[1].at_s)]:
            self._start(due, steps)

    def _start(self, due: tuple[int, PlannedExperiment], steps: PhaseSteps) -> None:
        self.pending.remove(due)
        self.started.append(steps.start_experiment(self.phase, due[0]))


def _walk_phase(span: PhaseSpan, started_ns: int, steps: PhaseSteps) -> int:
    """When it ended, or was to end."""
    flock = _Flock(span.phase, started_ns, list(enumerate(span.phase.planned)))
    why = "the run ended"
    try:
        _walk_experiments(flock, span, steps)
        why = "its phase was over"
    finally:
        for experiment in flock.living():
            experiment.interrupt(why)
    if span.phase.until is None:
        _wait_until(span.end_ns, steps)
        return span.end_ns
    return _wait_until_steady(span, span.phase.until, started_ns, steps)


def _walk_experiments(flock: _Flock, span: PhaseSpan, steps: PhaseSteps) -> None:
    deadline_ns = span.end_ns + round(EXPERIMENT_GRACE_S * _NS)
    while not flock.is_over() and steps.clock.now_ns() < deadline_ns:
        flock.start_due(steps)
        for experiment in flock.living():
            experiment.watch()
        _wait_a_little(steps)


def _wait_until_steady(span: PhaseSpan, bound: BadShare, started_ns: int, steps: PhaseSteps) -> int:
    while (left_ns := span.end_ns - steps.clock.now_ns()) > 0:
        if steps.is_steady(bound, started_ns):
            return steps.clock.now_ns()
        _wait_a_little(steps, left_ns / _NS)
    told = f"{span.phase.name}: the steady state ({bound}) did not hold within {span.phase.duration_s:g} s"
    if span.phase.or_else == "abort":
        raise Aborted(told)
    steps.record(
        TimelineEvent(
            steps.clock.now_ns(),
            TimelineKind.NOTE,
            span.phase.name,
            TimelineEventName.FAILED,
            WRITER,
            detail={"reason": told},
        )
    )
    return span.end_ns


def _wait_until(instant_ns: int, steps: PhaseSteps) -> None:
    while (left_ns := instant_ns - steps.clock.now_ns()) > 0:
        _wait_a_little(steps, left_ns / _NS)


def _wait_a_little(steps: PhaseSteps, left_s: float = _POLL_S) -> None:
    if not steps.generator_runs():
        raise GeneratorLost("The generator ended before its schedule did: see generator.log of the run.")
    steps.check_abort()
    steps.sleep(min(left_s, _POLL_S))


def _is_on_time(boundary_ns: int, steps: PhaseSteps) -> bool:
    """Phases tile without gaps where the walk keeps up with the schedule."""
    return steps.clock.now_ns() - boundary_ns < 2 * _POLL_S * _NS


def _ns(seconds: float) -> int:
    return round(seconds * _NS)


def _event(phase: PlannedPhase, event: TimelineEventName, at_ns: int) -> TimelineEvent:
    return TimelineEvent(at_ns, TimelineKind.PHASE, phase.name, event, WRITER)
