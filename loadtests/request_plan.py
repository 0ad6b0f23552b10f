"""From an arrival to the request it stands for: a pure function of scenario, tenants, seed and index, but for
the documents that were acknowledged so far.
"""

import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from evidence.errors import InvalidFile, Problem
from evidence.tenants_record import Tenant, TenantsRecord
from loadtests.arrivals import Arrival
from loadtests.operations.catalogue import OWN_OPERATIONS
from loadtests.operations.operation import Acknowledged, Attempt, Operation, RequestContext
from loadtests.persona import Persona
from loadtests.scenario import Scenario, tenants_needed

_FIRST_ADDRESS = (198 << 24) + (18 << 16)
"""198.18.0.0/15 is set aside for benchmarks (RFC 2544): no client of anybody has such an address."""
_ADDRESSES = 1 << 17


@dataclass(frozen=True, slots=True)
class Choice:
    """Who asks for what."""

    persona: Persona
    tenant: Tenant | None
    operation: Operation
    address: str
    """Of the simulated client."""
    random: random.Random
    """What the operation draws its words and documents from."""


def choose_tenants(scenario: Scenario, seeded: TenantsRecord, file: Path) -> Mapping[str, tuple[Tenant, ...]]:
    """The tenants of each tier that the scenario uses: the first ones of the file, as many as it needs.

    Raises InvalidFile when too few are seeded.
    """
    chosen: dict[str, tuple[Tenant, ...]] = {}
    problems: list[Problem] = []
    for tier, needed in tenants_needed(scenario).items():
        found = [tenant for tenant in seeded.tenants if tenant.tier == tier]
        if len(found) < needed:
            allowed = f"scenario {scenario.name} needs {needed} at its rates and share_of_limit"
            problems.append(Problem("tenants", f"{len(found)} of tier {tier}", allowed))
        chosen[tier] = tuple(found[:needed])
    if not seeded.words:
        problems.append(Problem("words", "none", "must list the words of the seeded documents"))
    if problems:
        needs = ",".join(f"{tier}={count}" for tier, count in tenants_needed(scenario).items())
        raise InvalidFile(file, tuple(problems), f"Seed the service with --tenants {needs}.")
    return chosen


class RequestPlan:
    """Makes the requests of one worker."""

    def __init__(
        self,
        scenario: Scenario,
        tenants: Mapping[str, Sequence[Tenant]],
        words: Sequence[str],
        *,
        seed: int,
        worker_index: int,
        acknowledged: Acknowledged,
    ) -> None:
        self._personas = {persona.name: persona for persona in scenario.personas}
        self._cumulative_weights = {
            persona.name: tuple(accumulate(share.weight for share in persona.operations))
            for persona in scenario.personas
        }
        self._operations: dict[str, Operation] = {
            **OWN_OPERATIONS,
            **{operation.name: operation for operation in scenario.operations},
        }
        self._tenants = tenants
        self._words = words
        self._seed = seed
        self._worker_index = worker_index
        self._acknowledged = acknowledged
        self._addresses = min(scenario.address_count, _ADDRESSES)
        self._popularity_exponent = scenario.popularity_exponent

    def choose(self, arrival: Arrival) -> Choice:
        """The same for an arrival whichever worker sends it."""
        draw = self._draw(arrival)
        persona = self._personas[arrival.persona]
        position = self._drawn_position(persona.name, draw)
        tenant = None
        if persona.tier is not None:
            of_tier = self._tenants[persona.tier]
            tenant = of_tier[int(draw.random() * (persona.tenants or len(of_tier)))]
        operation = self._operations[persona.operations[position].name]
        return Choice(persona, tenant, operation, self._address(arrival.index), draw)

    def position(self, arrival: Arrival) -> int:
        """Of the operation that choose() chooses, among those of its persona."""
        return self._drawn_position(arrival.persona, self._draw(arrival))

    def attempt(self, choice: Choice, sequence: int) -> Attempt:
        """The request itself; `sequence` is the arrival's place in this worker's share."""
        return choice.operation.attempt(
            RequestContext(
                random=choice.random,
                worker=self._worker_index,
                sequence=sequence,
                tenant=choice.tenant,
                words=self._words,
                popularity_exponent=self._popularity_exponent,
                acknowledged=self._acknowledged,
            )
        )

    def _draw(self, arrival: Arrival) -> random.Random:
        # random.Random's sequence for an integer seed is the same in every Python since 3.2.
        return random.Random((self._seed << 64) + arrival.index)  # noqa: S311 -- load, not secrets

    def _drawn_position(self, persona: str, draw: random.Random) -> int:
        cumulative = self._cumulative_weights[persona]
        return min(bisect_right(cumulative, draw.random() * cumulative[-1]), len(cumulative) - 1)

    def _address(self, index: int) -> str:
        address = _FIRST_ADDRESS + index % self._addresses
        return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"
