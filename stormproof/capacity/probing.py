"""Runs a probe: a small game day without faults, whose evidence is judged at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from evidence.clock import AnchoredClock
from evidence.home import Home
from evidence.ports import StackPorts
from evidence.run_folder import RunFolder, create_run_folder
from evidence.verdict_record import Verdict
from loadtests.scenario import Scenario
from loadtests.scenario_rate import at_rate
from slo.evaluate import Demands
from slo.objective import Objective
from slo.throughput import throughput
from stormproof.capacity.dependency_counts import DependencyCounts, told_counts
from stormproof.capacity.duration import probe_duration_s
from stormproof.capacity.probe import Probe, outcome_of, rates_by_tier
from stormproof.console import StepBoard
from stormproof.plan import LOCAL_TARGET, Plan, PlannedPhase
from stormproof.run.conclusion import conclude
from stormproof.run.interrupt import Interrupts
from stormproof.run.load import Load, put_under_load

PHASE = "probe"
LEAST_S, MOST_S = 10.0, 60.0
_WARM_UP_S = 5.0


@dataclass(frozen=True, slots=True)
class Probing:
    """What all probes of a search have in common."""

    home: Home
    folder: Path
    """Of the search: each probe's run folder lies in it."""
    scenario: Scenario
    scenario_file: Path
    objectives: tuple[Objective, ...]
    target: str
    """URL."""
    is_local: bool
    """Against the stack on this machine, whose dependencies can be counted."""
    seed: int
    most_s: float
    command: tuple[str, ...]

    def probe(self, rate_per_s: float, board: StepBoard, interrupts: Interrupts) -> Probe:
        """The verdict at this rate.

        Raises KeyboardInterrupt when interrupted, UnsoundProbe, StackError.
        """
        plan = self._plan(rate_per_s)
        folder = create_run_folder(self.folder, plan.name, AnchoredClock.anchor().now_ns())
        before = self._counts()
        put_under_load(self._load(plan, folder, rate_per_s), board, interrupts)
        if interrupts.interrupted:
            raise KeyboardInterrupt
        after = self._counts()
        demands = Demands(frozenset(one.name for one in self.objectives))
        verdict = conclude(folder, self.objectives, demands).verdict
        return Probe(
            rate_per_s,
            outcome_of(verdict, folder),
            verdict.verdict in {Verdict.MET, Verdict.MISSED},
            verdict.reasons,
            folder,
            sum(one.arrivals for one in folder.read_run().scheduled),
            plan.duration_s,
            throughput(folder, PHASE),
            after.since(before) if before is not None and after is not None else None,
        )

    def _counts(self) -> DependencyCounts | None:
        return told_counts(StackPorts(self.home.port_base)) if self.is_local else None

    def _plan(self, rate_per_s: float) -> Plan:
        duration_s = probe_duration_s(
            self.objectives,
            rates_by_tier(self.scenario, rate_per_s),
            least_s=min(LEAST_S, self.most_s),
            most_s=self.most_s,
        )
        return Plan(
            name=f"{self.scenario.name}-{rate_per_s:.0f}-per-s",
            scenario=str(self.scenario_file),
            objectives="",
            demands=tuple(one.name for one in self.objectives),
            phases=(PlannedPhase("warm-up", _WARM_UP_S), PlannedPhase(PHASE, round(duration_s, 1))),
            target=LOCAL_TARGET if self.is_local else self.target,
            seed=self.seed,
        )

    def _load(self, plan: Plan, folder: RunFolder, rate_per_s: float) -> Load:
        return Load(
            folder=folder,
            home=self.home,
            plan=plan,
            scenario=replace(at_rate(self.scenario, rate_per_s), duration_s=plan.duration_s),
            scenario_file=self.scenario_file,
            rate_per_s=rate_per_s,
            experiments={},
            target=self.target,
            command=self.command,
        )
