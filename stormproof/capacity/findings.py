"""What a search for the capacity found, and the table that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stormproof.capacity.growth import ANALYSIS, STAGES, Growth, UnitFigures, growth_of
from stormproof.capacity.probe import Probe
from stormproof.capacity.search import Bounds, Ended, ProbeOutcome, bounds_of
from stormproof.capacity.usl import Point, ScalabilityFit, fit_usl


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that is told of a search."""

    scenario: str
    target: str
    service_workers: int
    probes: tuple[Probe, ...]
    ended: Ended
    redis_per_s: float | None
    """What one Redis server of the local stack answers, at least; None for another target."""
    documents: int | None

    @property
    def bounds(self) -> Bounds:
        """What holds and what does not."""
        return bounds_of([probe.probed for probe in self.probes])

    @property
    def scalability(self) -> ScalabilityFit | None:
        """Throughput over requests in flight, by the Universal Scalability Law; None for too few probes."""
        return fit_usl(
            [
                Point(probe.throughput.in_flight, probe.throughput.good_per_s)
                for probe in self.probes
                if probe.throughput is not None
                and probe.throughput.in_flight > 0
                and probe.outcome is not ProbeOutcome.GENERATOR
            ]
        )

    @property
    def measured(self) -> UnitFigures | None:
        """What was measured of one unit; None where nothing held, or nobody counted what it cost."""
        held = [probe for probe in self.probes if probe.outcome is ProbeOutcome.HOLDS and probe.counts]
        if not held or self.redis_per_s is None or not self.bounds.holds_per_s:
            return None
        requests = sum(probe.requests for probe in held)
        if not requests:
            return None
        searches = sum(probe.counts.searches for probe in held if probe.counts)
        commands = sum(probe.counts.redis_commands for probe in held if probe.counts)
        busiest = max(probe.counts.searches / probe.duration_s for probe in held if probe.counts)
        return UnitFigures(
            source="measured here",
            instance_per_s=self.bounds.holds_per_s / self.service_workers,
            searches_a_request=searches / requests,
            # At least: on this machine the service, the generator and the servers share the cores.
            node_searches_per_s=busiest or None,
            redis_commands_a_request=commands / requests,
            redis_commands_per_s=self.redis_per_s,
        )

    @property
    def growth(self) -> Sequence[Growth]:
        """Each stage by the analysis's figures, and by the measured ones where there are any; nothing for
        another target than the local stack: the analysis says nothing of its parts.
        """
        if self.documents is None:
            return ()
        figures = [ANALYSIS] + ([self.measured] if self.measured is not None else [])
        return [growth_of(stage, one) for stage in STAGES for one in figures]
