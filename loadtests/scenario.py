"""Who sends what, how often: a scenario."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from pydantic import ConfigDict

from evidence.run_record import RateLimits, ScheduledArrivals
from loadtests.arrivals import ArrivalStream, count_arrivals, share_sizes
from loadtests.arrivals.curve import RateCurve
from loadtests.arrivals.most_expected import most_expected
from loadtests.arrivals.replay import Replay
from loadtests.data.data_file import DataFile
from loadtests.demand import requests_per_arrival
from loadtests.operations.http import HttpOperation
from loadtests.persona import Persona
from loadtests.sessions.session import Session
from loadtests.targets import NamedTarget
from loadtests.values.variable import Variable

_STRICT = ConfigDict(extra="forbid")

FALLBACK_LIMIT_PER_MIN = 20
"""What a client's address may send when limits per tenant cannot be had (the analysis, section 3.3)."""


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
        """Mean rate of all personas over the duration."""
        until_s = np.array([self.duration_s])
        return float(sum(p.curve.expected(until_s)[0] for p in self.personas)) / self.duration_s

    def peak_rate_per_s(self, window_s: float) -> float:
        """Rate of all personas in the busiest window of this length, or over a duration that is shorter."""
        return self._busiest_rate_per_s([(1.0, persona.curve) for persona in self.personas], window_s)

    def peak_rate_of_per_s(
        self, personas: Iterable[Persona], operation: str | None, window_s: float
    ) -> float:
        """Requests of one operation of some personas, None: of all, in the busiest window."""
        parts = [
            (requests_per_arrival(persona.operations, operation, self.sessions), persona.curve)
            for persona in personas
        ]
        return self._busiest_rate_per_s([part for part in parts if part[0] > 0], window_s)

    def _busiest_rate_per_s(self, parts: Sequence[tuple[float, RateCurve]], window_s: float) -> float:
        window_s = min(window_s, self.duration_s)
        return most_expected(parts, window_s, self.duration_s) / window_s

    @property
    def told_rate(self) -> str:
        """The mean rate, and that of the busiest second where it is another."""
        mean_per_s, peak_per_s = self.rate_per_s, self.peak_rate_per_s(1)
        if peak_per_s <= mean_per_s * 1.01:
            return f"{mean_per_s:.4g} requests/s"
        return f"{mean_per_s:.4g} requests/s on average, {peak_per_s:.4g} at most"

    @property
    def longest_session_s(self) -> float:
        """How long a session thinks on average when every step is repeated as often as it may be."""
        return max((session.think_s for session in self.sessions), default=0.0)

    @property
    def streams(self) -> tuple[ArrivalStream, ...]:
        """What the schedule is made from."""
        return tuple(persona.stream for persona in self.personas)

    @property
    def address_count(self) -> int:
        """How many client addresses are simulated: twice the requests of the busiest minute over the fallback
        limit, for each process of the target, unless the scenario says how many.
        """
        if self.addresses is not None:
            return self.addresses
        per_min = self.peak_rate_of_per_s(self.personas, None, 60) * 60
        return max(1, math.ceil(2 * per_min / FALLBACK_LIMIT_PER_MIN * self.service_workers))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the evidence of a run should tell beside the scenario's name: which files it read."""
        return tuple(
            f"{persona.name} replays {persona.profile.note()}"
            for persona in self.personas
            if isinstance(persona.profile, Replay)
        )


def tenants_needed(scenario: Scenario) -> Mapping[str, int]:
    """Tenants of each tier: those that its personas count, and so many that none of the others uses more than
    `share_of_limit` of the limit of any operation.
    """
    needed: dict[str, int] = {}
    for persona in scenario.personas:
        if persona.tier is not None:
            needed[persona.tier] = max(needed.get(persona.tier, 1), persona.tenants or 1)
    if scenario.limits is None:
        return needed
    for tier, limits in scenario.limits.tiers.items():
        uncounted = [p for p in scenario.personas if p.tier == tier and p.tenants is None]
        for operation, limit in limits.items():
            peak_per_s = scenario.peak_rate_of_per_s(uncounted, operation, scenario.limits.window_s)
            if peak_per_s > 0:
                demand = peak_per_s * scenario.limits.window_s / (limit * scenario.share_of_limit)
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
