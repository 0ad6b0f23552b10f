"""One probe: the scenario at one rate for long enough to decide, judged by the objectives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.run_folder import RunFolder
from evidence.verdict_record import Verdict, VerdictRecord
from loadtests.scenario import Scenario
from loadtests.scenario_rate import at_rate
from slo.throughput import Throughput
from stormproof.capacity.dependency_counts import DependencyCounts
from stormproof.capacity.search import Probed, ProbeOutcome

OF_THE_GENERATOR = ("dispatch-lag", "undelivered", "generator-busy", "gc-late", "event-loop", "local-limits")
"""Conditions of validity, by how their names begin, that say that the generator was the bottleneck."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What one probe came to."""

    rate_per_s: float
    outcome: ProbeOutcome
    is_proven: bool
    """With confidence; else this window alone says so, and more requests would be needed."""
    reasons: tuple[str, ...]
    folder: RunFolder
    requests: int
    """That its schedule called for, warm-up included."""
    duration_s: float
    """Of that schedule."""
    throughput: Throughput | None
    """After the warm-up; None where nothing of it counts."""
    counts: DependencyCounts | None = None
    """Of the local stack's dependencies while it went on; None for another target, and where one of them did
    not say.
    """

    @property
    def probed(self) -> Probed:
        """What the search needs of it."""
        return Probed(self.rate_per_s, self.outcome)


class UnsoundProbe(RuntimeError):  # noqa: N818 -- what happened
    """The probe is no evidence, and not because the generator was too slow."""


def outcome_of(verdict: VerdictRecord, folder: RunFolder) -> ProbeOutcome:
    """What the verdict says of this rate; where it is NOT PROVEN, what its window says.

    Raises UnsoundProbe where it says nothing.
    """
    if verdict.verdict is Verdict.INVALID:
        broken = [check for check in verdict.validity.checks if not check.held]
        if all(check.name.startswith(OF_THE_GENERATOR) for check in broken):
            return ProbeOutcome.GENERATOR
        told = "; ".join(check.reason for check in broken)
        raise UnsoundProbe(f"The probe in {folder.path} is no evidence: {told}")
    if verdict.verdict is Verdict.MET:
        return ProbeOutcome.HOLDS
    if verdict.verdict is Verdict.MISSED:
        return ProbeOutcome.FAILS
    ratios = [(one.ratio, one.target) for one in verdict.objectives if one.demanded and one.phase is None]
    if any(ratio is None for ratio, _ in ratios):
        return ProbeOutcome.UNSURE
    held = all(ratio is not None and ratio >= target for ratio, target in ratios)
    return ProbeOutcome.HOLDS if held else ProbeOutcome.FAILS


def rates_by_tier(scenario: Scenario, rate_per_s: float) -> Mapping[str | None, float]:
    """Requests a second of each tier, and of all of them under None, when all together are `rate_per_s`."""
    rates: dict[str | None, float] = {None: rate_per_s}
    for persona in at_rate(scenario, rate_per_s).personas:
        if persona.tier is not None:
            rates[persona.tier] = rates.get(persona.tier, 0.0) + (persona.rate_per_s or 0.0)
    return rates
