"""Who sends what, how often: the scenario file."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ConfigDict

from evidence.documents import read_document
from evidence.errors import InvalidFile
from evidence.run_record import RateLimits, ScheduledArrivals
from loadtests.arrivals import ArrivalProcess, ArrivalStream, count_arrivals, share_sizes
from loadtests.data.data_file import DataFile
from loadtests.data.scenario_data import opened_tables, with_absolute_files, with_data_ends
from loadtests.demand import requests_per_arrival
from loadtests.operations.http import HttpOperation
from loadtests.scenario_checks import problems_of
from loadtests.sessions.session import Session
from loadtests.targets import NamedTarget
from loadtests.values.variable import Variable

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
    options: Mapping[str, object] = field(default_factory=dict)
    """Of an operation of the service's own."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of client."""

    __pydantic_config__ = _STRICT

    name: str
    rate_per_s: float
    operations: tuple[OperationShare, ...]
    arrivals: ArrivalProcess = ArrivalProcess.POISSON
    tier: str | None = None
    """Of the tenants it acts for; None for a target without seeded tenants."""
    named_tenants: tuple[str, ...] = ()
    """Of a target whose tenants are not seeded: whom it acts for, as ${tenant.id} in templates."""
    at_most: int | None = None
    """It sends no more arrivals than these; None for all of its rate."""


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
    sessions: tuple[Session, ...] = ()
    """Sequences of requests by name, which an arrival begins."""
    variables: Mapping[str, Variable] = field(default_factory=dict)
    """Random values for templates, by name."""
    data: tuple[DataFile, ...] = ()
    """CSV files, whose columns templates use."""
    targets: tuple[NamedTarget, ...] = ()
    """Services that share the arrivals; none where there is but one. The first is the run's own target."""
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
    def longest_session_s(self) -> float:
        """How long a session thinks on average when every step is repeated as often as it may be."""
        return max((session.think_s for session in self.sessions), default=0.0)

    @property
    def streams(self) -> tuple[ArrivalStream, ...]:
        """What the schedule is made from."""
        return tuple(ArrivalStream(p.name, p.arrivals, p.rate_per_s, p.at_most) for p in self.personas)

    @property
    def address_count(self) -> int:
        """How many client addresses are simulated: twice the requests of a minute over the fallback limit,
        for each process of the target, unless the scenario says how many.
        """
        if self.addresses is not None:
            return self.addresses
        requests_per_s = sum(
            p.rate_per_s * requests_per_arrival(p.operations, None, self.sessions) for p in self.personas
        )
        return max(1, math.ceil(2 * requests_per_s * 60 / FALLBACK_LIMIT_PER_MIN * self.service_workers))


def read_scenario(path: Path) -> Scenario:
    """With the data files that it names. Raises InvalidFile."""
    scenario = with_absolute_files(read_document(path, Scenario), path.parent)
    tables = opened_tables(scenario.data)
    problems = problems_of(scenario, tables)
    if problems:
        raise InvalidFile(path, problems, "Mend the scenario and try again.")
    return with_data_ends(scenario, tables)


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
            rate_per_s = sum(
                p.rate_per_s * requests_per_arrival(p.operations, operation, scenario.sessions)
                for p in scenario.personas
                if p.tier == tier
            )
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
