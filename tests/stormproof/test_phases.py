"""Phases tile the load, experiments run within theirs, and a lost generator ends the walk."""

from dataclasses import dataclass, field

import pytest

from evidence.timeline import PhaseWindow, TimelineEvent, phase_windows
from stormproof.plan import Plan, PlannedPhase
from stormproof.run.phases import EXPERIMENT_GRACE_S, GeneratorLost, PhaseSteps, walk_phases

NS = 1_000_000_000
START_NS = 1_700_000_000 * NS


@dataclass
class Experiment:
    """Ends at an instant, or when it is interrupted."""

    world: "World"
    ends_at_s: float
    interrupted_at_s: float | None = None

    def exit_code(self) -> int | None:
        over = self.interrupted_at_s is not None or self.world.elapsed_s >= self.ends_at_s
        return 0 if over else None

    def interrupt(self) -> None:
        self.interrupted_at_s = self.world.elapsed_s


@dataclass
class World:
    """Time passes only when somebody sleeps."""

    experiment_takes_s: float = 12.0
    generator_dies_at_s: float = 1e9
    elapsed_s: float = 0.0
    events: list[TimelineEvent] = field(default_factory=list)
    experiments: list[Experiment] = field(default_factory=list)

    def now_ns(self) -> int:
        return START_NS + round(self.elapsed_s * NS)

    def sleep(self, duration_s: float) -> None:
        assert duration_s > 0
        self.elapsed_s += duration_s

    def start(self, phase: PlannedPhase) -> Experiment:
        assert phase.experiment == "redis-down"
        self.experiments.append(Experiment(self, self.elapsed_s + self.experiment_takes_s))
        return self.experiments[-1]

    def walk(self) -> tuple[PhaseWindow, ...]:
        walk_phases(
            PLAN,
            START_NS,
            PhaseSteps(
                clock=self,
                sleep=self.sleep,
                record=self.events.append,
                start_experiment=self.start,
                generator_runs=lambda: self.elapsed_s < self.generator_dies_at_s,
                on_phase=lambda _span: None,
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
