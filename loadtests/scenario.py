"""Who sends what, how often: the scenario file."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from evidence.documents import read_document
from evidence.errors import InvalidFile
from evidence.run_record import RateLimits, ScheduledArrivals
from loadtests.arrivals import ArrivalProcess, ArrivalStream, count_arrivals, share_sizes
from loadtests.operations.http import HttpOperation
from loadtests.scenario_checks import problems_of

_STRICT = ConfigDict(extra="forbid")

FALLBACK_LIMIT_PER_MIN = 20
"""What a client's address may send when limits per tenant cannot be had (the analysis, section 3.3)."""


@dataclass(frozen=True, slots=True)
class OperationShare:
    """How much of a persona's rate goes to one operation."""

    __pydantic_config__ = _STRICT

    name: str
    weight: float
    """Relative to the weights of the persona's other operations."""
    tags: tuple[str, ...] = ()
    """For Locust's --tags and --exclude-tags, beside its own name and the persona's."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of client."""

    __pydantic_config__ = _STRICT

    name: str
    rate_per_s: float
    operations: tuple[OperationShare, ...]
    arrivals: ArrivalProcess = ArrivalProcess.POISSON
    tier: str | None = None
    """Of the tenants it acts for; None for a target without tenants."""

    def operation_rate_per_s(self, operation: str) -> float:
        """The part of the rate that goes to one operation, 0 for one it does not use."""
        total = sum(share.weight for share in self.operations)
        return self.rate_per_s * sum(s.weight for s in self.operations if s.name == operation) / total


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who sends what, how often, for how long."""

    __pydantic_config__ = _STRICT

    name: str
    duration_s: float
    personas: tuple[Persona, ...]
    limits: RateLimits | None = None
    """What the target declares; None where it declares none."""
    share_of_limit: float = 0.6
    """How much of its limits a tenant uses: the number of tenants follows from it."""
    operations: tuple[HttpOperation, ...] = ()
    """HTTP requests by name, beside the service's own operations."""
    addresses: int | None = None
    """Simulated client addresses; None for as many as the fallback limit per address needs."""
    service_workers: int = 1
    """Processes of the target, each with a fallback limit of its own."""
    popularity_exponent: float = 1.0
    """Of Zipf's law for query words and documents; 0 makes all equally popular."""
    timeout_s: float = 10.0
    """How long a client waits for an answer, from the send on: longer than any deadline of the target."""

    @property
    def rate_per_s(self) -> float:
        """Mean rate of all personas."""
        return sum(persona.rate_per_s for persona in self.personas)

    @property
    def streams(self) -> tuple[ArrivalStream, ...]:
        """What the schedule is made from."""
        return tuple(ArrivalStream(p.name, p.arrivals, p.rate_per_s) for p in self.personas)

    @property
    def address_count(self) -> int:
        """How many client addresses are simulated: twice the rate a minute over the fallback limit, for each
        process of the target, unless the scenario says how many.
        """
        if self.addresses is not None:
            return self.addresses
        return max(1, math.ceil(2 * self.rate_per_s * 60 / FALLBACK_LIMIT_PER_MIN * self.service_workers))


def read_scenario(path: Path) -> Scenario:
    """Raises InvalidFile."""
    scenario = read_document(path, Scenario)
    problems = problems_of(scenario)
    if problems:
        raise InvalidFile(path, problems, "Mend the scenario and try again.")
    return scenario


def tenants_needed(scenario: Scenario) -> Mapping[str, int]:
    """Tenants of each tier so that none uses more than `share_of_limit` of the limit of any operation."""
    needed: dict[str, int] = {}
    for persona in scenario.personas:
        if persona.tier is not None:
            needed.setdefault(persona.tier, 1)
    if scenario.limits is None:
        return needed
    for tier, limits in scenario.limits.tiers.items():
        for operation, limit in limits.items():
            rate_per_s = sum(p.operation_rate_per_s(operation) for p in scenario.personas if p.tier == tier)
            if rate_per_s > 0:
                demand = rate_per_s * scenario.limits.window_s / (limit * scenario.share_of_limit)
                # 152/s of 38/s each is four tenants, also where floats say 4.0000000001.
                needed[tier] = max(needed[tier], math.ceil(demand - 1e-9))
    return needed


def scheduled_arrivals(
    scenario: Scenario, seed: int, workers: int, *, until_s: float | None = None
) -> tuple[ScheduledArrivals, ...]:
    """How many arrivals the schedule has for each worker, up to its end or to `until_s` if that is sooner."""
    duration_s = scenario.duration_s if until_s is None else min(until_s, scenario.duration_s)
    sizes = share_sizes(count_arrivals(scenario.streams, max(duration_s, 0.0), seed), workers)
    return tuple(ScheduledArrivals(worker_name(index), size) for index, size in enumerate(sizes))


def worker_name(index: int) -> str:
    """What the evidence calls worker `index`."""
    return f"worker-{index}"
