"""Phases tile the load, experiments run within theirs, and a lost generator ends the walk."""

from dataclasses import dataclass, field

import pytest

from evidence.timeline import PhaseWindow, TimelineEvent, TimelineKind, phase_windows
from stormproof.bad_share import BadShare
from stormproof.plan import Plan, PlannedPhase
from stormproof.planned_experiment import PlannedExperiment
from stormproof.run.phases import EXPERIMENT_GRACE_S, Aborted, GeneratorLost, PhaseSteps, walk_phases

NS = 1_000_000_000
START_NS = 1_700_000_000 * NS


@dataclass
class Experiment:
    """Ends at an instant, or when it is interrupted."""

    world: "World"
    ends_at_s: float
    interrupted_at_s: float | None = None

    watched: int = 0

    def watch(self) -> None:
        self.watched += 1

    def exit_code(self) -> int | None:
        over = self.interrupted_at_s is not None or self.world.elapsed_s >= self.ends_at_s
        return 0 if over else None

    def interrupt(self, why: str) -> None:
        assert why
        self.interrupted_at_s = self.world.elapsed_s


@dataclass
class World:
    """Time passes only when somebody sleeps."""

    experiment_takes_s: float = 12.0
    generator_dies_at_s: float = 1e9
    elapsed_s: float = 0.0
    events: list[TimelineEvent] = field(default_factory=list)
    experiments: list[Experiment] = field(default_factory=list)
    started: list[tuple[str, float]] = field(default_factory=list)
    steady_from_s: float = 1e9
    suffers_from_s: float = 1e9

    def now_ns(self) -> int:
        return START_NS + round(self.elapsed_s * NS)

    def sleep(self, duration_s: float) -> None:
        assert duration_s > 0
        self.elapsed_s += duration_s

    def start(self, phase: PlannedPhase, position: int) -> Experiment:
        self.started.append((phase.planned[position].experiment, round(self.elapsed_s, 1)))
        self.experiments.append(Experiment(self, self.elapsed_s + self.experiment_takes_s))
        return self.experiments[-1]

    def check_abort(self) -> None:
        if self.elapsed_s >= self.suffers_from_s:
            raise Aborted("too many are bad")

    def walk(self, plan: Plan | None = None) -> tuple[PhaseWindow, ...]:
        walk_phases(
            plan or PLAN,
            START_NS,
            PhaseSteps(
                clock=self,
                sleep=self.sleep,
                record=self.events.append,
                start_experiment=self.start,
                generator_runs=lambda: self.elapsed_s < self.generator_dies_at_s,
                on_phase=lambda _span: None,
                check_abort=self.check_abort,
                is_steady=lambda _bound, since_ns: (
                    since_ns < self.now_ns() and self.elapsed_s >= self.steady_from_s
                ),
            ),
        )
        return phase_windows(tuple(self.events))


PLAN = Plan(
    name="day",
    scenario="s",
    objectives="o",
    demands=(),
    phases=(
        PlannedPhase("baseline", 10),
        PlannedPhase("redis-down", 18, "redis-down", 12),
        PlannedPhase("recovery", 5),
    ),
)


def at(elapsed_s: float) -> int:
    return START_NS + round(elapsed_s * NS)


def test_phases_lie_end_to_end_from_the_start_of_the_load() -> None:
    assert World().walk() == (
        PhaseWindow("baseline", at(0), at(10)),
        PhaseWindow("redis-down", at(10), at(28)),
        PhaseWindow("recovery", at(28), at(33)),
    )


def test_a_slow_experiment_delays_the_next_phase_not_the_end_of_the_load() -> None:
    world = World(experiment_takes_s=20)
    _baseline, down, recovery = world.walk()
    assert down.end_ns == recovery.start_ns
    assert abs(recovery.start_ns - at(30)) < 0.2 * NS
    assert recovery.end_ns == at(33)
    assert world.experiments[0].interrupted_at_s is None


def test_an_experiment_that_hangs_is_interrupted_after_the_grace() -> None:
    world = World(experiment_takes_s=10_000)
    world.walk()
    interrupted_at_s = world.experiments[0].interrupted_at_s
    assert interrupted_at_s is not None
    assert interrupted_at_s == pytest.approx(28 + EXPERIMENT_GRACE_S, abs=0.2)


def test_a_lost_generator_ends_the_phase_and_interrupts_the_experiment() -> None:
    world = World(generator_dies_at_s=15)
    with pytest.raises(GeneratorLost):
        world.walk()
    assert world.experiments[0].interrupted_at_s is not None
    _baseline, down = phase_windows(tuple(world.events))
    assert down.end_ns is not None
    assert abs(down.end_ns - at(15)) < 0.2 * NS


def plan_of(*phases: PlannedPhase) -> Plan:
    return Plan(name="day", scenario="s", objectives="o", demands=(), phases=phases)


PAIR = (PlannedExperiment("redis-down", 1.0, 12.0), PlannedExperiment("postgres-down", 3.0, 12.0))


def test_experiments_together_start_at_their_own_instants() -> None:
    world = World()
    world.walk(plan_of(PlannedPhase("pair", 30, experiments=PAIR)))
    assert world.started == [("redis-down", 1.0), ("postgres-down", 3.0)]
    assert all(one.watched for one in world.experiments)
    assert all(one.interrupted_at_s is None for one in world.experiments)


def test_experiments_in_sequence_wait_for_the_one_before() -> None:
    world = World()
    world.walk(plan_of(PlannedPhase("one-by-one", 40, experiments=PAIR, order="sequence")))
    (first, begun_s), (second, then_s) = world.started
    assert (first, begun_s) == ("redis-down", 1.0)
    assert second == "postgres-down"
    assert then_s == pytest.approx(1 + 12 + 3, abs=0.3)


def test_an_interrupted_walk_interrupts_every_experiment() -> None:
    world = World(generator_dies_at_s=5)
    with pytest.raises(GeneratorLost):
        world.walk(plan_of(PlannedPhase("pair", 30, experiments=PAIR)))
    assert [one.interrupted_at_s is not None for one in world.experiments] == [True, True]


STEADY = BadShare(0.01, 2)
WAITING = plan_of(
    PlannedPhase("baseline", 10), PlannedPhase("recovery", 20, until=STEADY), PlannedPhase("rest", 5)
)


def test_a_phase_ends_when_it_is_steady_and_the_last_one_gets_what_is_left() -> None:
    baseline, recovery, rest = World(steady_from_s=13).walk(WAITING)
    assert (baseline.start_ns, baseline.end_ns, recovery.start_ns) == (at(0), at(10), at(10))
    assert recovery.end_ns == pytest.approx(at(13), abs=0.1 * NS)
    assert (rest.start_ns, rest.end_ns) == (recovery.end_ns, at(35))


def test_a_phase_with_an_experiment_is_not_over_before_it() -> None:
    world = World(steady_from_s=0)
    phase = PlannedPhase("down", 30, "redis-down", 12, until=STEADY)
    down, rest = world.walk(plan_of(phase, PlannedPhase("rest", 5)))
    assert down.end_ns == pytest.approx(at(12), abs=0.2 * NS)
    assert rest.end_ns == at(35)


def test_a_steady_state_that_does_not_come_is_noted_and_the_run_goes_on() -> None:
    world = World()
    assert world.walk(WAITING)[-1] == PhaseWindow("rest", at(30), at(35))
    (note,) = [event for event in world.events if event.kind is TimelineKind.NOTE]
    assert "did not hold within 20 s" in str(note.detail["reason"])


def test_or_else_it_ends_the_run() -> None:
    world = World()
    phase = PlannedPhase("recovery", 20, until=STEADY, or_else="abort")
    with pytest.raises(Aborted, match="did not hold within 20 s"):
        world.walk(plan_of(phase, PlannedPhase("rest", 5)))
    assert world.elapsed_s == pytest.approx(20, abs=0.1)


def test_suffering_ends_the_run_in_the_middle_of_an_experiment() -> None:
    world = World(suffers_from_s=15)
    with pytest.raises(Aborted):
        world.walk()
    assert world.experiments[0].interrupted_at_s == pytest.approx(15, abs=0.1)
    assert phase_windows(tuple(world.events))[-1].end_ns == pytest.approx(at(15), abs=0.1 * NS)
