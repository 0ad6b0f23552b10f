"""From an arrival to the request it stands for: a pure function of scenario, tenants, seed and index, but for
the documents that were acknowledged so far, and in a session for the answers so far.
"""

import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from evidence.errors import InvalidFile, Problem
from evidence.tenants_record import Tenant, TenantsRecord
from loadtests.arrivals import Arrival
from loadtests.data.scenario_data import opened_tables
from loadtests.operations.acknowledged import Acknowledged
from loadtests.operations.operation import Attempt, Operation, RequestContext
from loadtests.operations.titles import SeenTitles
from loadtests.persona import Persona
from loadtests.repertoire import make_repertoire
from loadtests.scenario import Scenario, tenants_needed
from loadtests.sessions.journey import Journey
from loadtests.targets import target_of
from loadtests.values.known_names import draws_of
from loadtests.values.values import ArrivalFacts, Values

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
    target: str | None = None
    """The name of the target; None where there is but one."""
    journey: Journey | None = None
    """Of an arrival that begins a session."""
    values: Values | None = None
    """For templates, where there are any."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which request of which arrival it is."""

    sequence: int
    """The arrival's place in this worker's share."""
    offset_ns: int
    """Of the arrival, from the start of the load."""
    at_ns: int
    """When the request is intended."""
    step: int = 0
    """Of the session; 0 for the arrival itself."""


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
        tables = opened_tables(scenario.data)
        repertoire, _ = make_repertoire(scenario, tables)
        users = {one.called: repertoire.users_of(one.called) for one in scenario.data}
        self._draws = draws_of(scenario.variables, scenario.data, tables, users, words)
        self._pieces = repertoire.pieces
        self._personas = {persona.name: persona for persona in scenario.personas}
        self._cumulative_weights = {
            persona.name: tuple(accumulate(share.weight for share in persona.operations))
            for persona in scenario.personas
        }
        self._tenants = {persona.name: _tenants_of(persona, tenants) for persona in scenario.personas}
        self._words = words
        self._seed = seed
        self._worker_index = worker_index
        self._acknowledged = acknowledged
        self._titles = SeenTitles()
        self._addresses = min(scenario.address_count, _ADDRESSES)
        self._popularity_exponent = scenario.popularity_exponent
        self._targets = scenario.targets

    def choose(self, arrival: Arrival) -> Choice:
        """The same for an arrival whichever worker sends it."""
        draw = self._draw(arrival)
        persona = self._personas[arrival.persona]
        position = self._drawn_position(persona.name, draw)
        piece = self._pieces[persona.name][position]
        of_persona = self._tenants[persona.name]
        tenant = of_persona[int(draw.random() * len(of_persona))] if of_persona else None
        address = self._address(arrival.index)
        return Choice(
            persona=persona,
            tenant=tenant,
            operation=piece.steps[0].operation,
            address=address,
            random=draw,
            target=self._target(arrival),
            journey=Journey(piece.steps, draw) if piece.is_session else None,
            values=self._values(arrival, tenant, address, draw) if piece.written else None,
        )

    def position(self, arrival: Arrival) -> int:
        """Of the operation that choose() chooses, among those of its persona."""
        return self._drawn_position(arrival.persona, self._draw(arrival))

    def choose_next(self, choice: Choice) -> Choice:
        """The same client's next request, once its journey has decided that there is one."""
        return choice if choice.journey is None else replace(choice, operation=choice.journey.operation)

    def attempt(self, choice: Choice, place: Place) -> Attempt:
        """The request itself."""
        return choice.operation.attempt(
            RequestContext(
                random=choice.random,
                worker=self._worker_index,
                sequence=place.sequence,
                tenant=choice.tenant,
                words=self._words,
                popularity_exponent=self._popularity_exponent,
                acknowledged=self._acknowledged,
                titles=self._titles,
                offset_ns=place.offset_ns,
                step=place.step,
                at_ns=place.at_ns,
                memory=None if choice.journey is None else choice.journey.memory,
                values=choice.values,
            )
        )

    def _draw(self, arrival: Arrival) -> random.Random:
        # random.Random's sequence for an integer seed is the same in every Python since 3.2.
        return random.Random((self._seed << 64) + arrival.index)  # noqa: S311 -- load, not secrets

    def _drawn_position(self, persona: str, draw: random.Random) -> int:
        cumulative = self._cumulative_weights[persona]
        return min(bisect_right(cumulative, draw.random() * cumulative[-1]), len(cumulative) - 1)

    def _values(self, arrival: Arrival, tenant: Tenant | None, address: str, draw: random.Random) -> Values:
        facts = ArrivalFacts(
            random=draw,
            index=arrival.index,
            number=arrival.number,
            persona=arrival.persona,
            address=address,
            tenant=None if tenant is None else tenant.id,
            api_key=None if tenant is None else tenant.api_key,
        )
        return Values(self._draws, facts)

    def _target(self, arrival: Arrival) -> str | None:
        if not self._targets:
            return None
        return target_of(self._targets, self._seed, arrival.index, arrival.offset_ns / 1e9)

    def _address(self, index: int) -> str:
        address = _FIRST_ADDRESS + index % self._addresses
        return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def _tenants_of(persona: Persona, by_tier: Mapping[str, Sequence[Tenant]]) -> Sequence[Tenant]:
    """Of a foreign target a tenant is a name and nothing else."""
    if persona.tier is not None:
        return by_tier[persona.tier]
    return tuple(Tenant(name, "", "", 0, "") for name in persona.named_tenants)
