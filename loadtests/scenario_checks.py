"""What can be wrong with a scenario whose shape is right."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from evidence.errors import Problem
from evidence.run_record import RateLimits
from loadtests.data.table import Table
from loadtests.number_checks import above_zero
from loadtests.persona import OperationShare, Persona
from loadtests.repertoire import make_repertoire
from loadtests.scenario import Scenario
from loadtests.targets import problems_of_targets
from loadtests.values.known_names import problems_of_data, problems_of_variables


def problems_of(scenario: Scenario, tables: Mapping[str, Table]) -> tuple[Problem, ...]:
    """All of them. `tables`: those of its data files."""
    return tuple(_problems(scenario, tables))


def _problems(scenario: Scenario, tables: Mapping[str, Table]) -> Iterator[Problem]:
    yield from above_zero("duration_s", scenario.duration_s)
    yield from above_zero("timeout_s", scenario.timeout_s)
    yield from above_zero("share_of_limit", scenario.share_of_limit)
    if not 0 <= scenario.popularity_exponent < math.inf:
        yield Problem("popularity_exponent", repr(scenario.popularity_exponent), "must be 0 or more")
    if scenario.addresses is not None:
        yield from above_zero("addresses", scenario.addresses)
    yield from above_zero("service_workers", scenario.service_workers)
    if not scenario.personas:
        yield Problem("personas", "none", "must name at least one persona: nothing would be sent")
    yield from _twice("personas", (persona.name for persona in scenario.personas))
    yield from _twice("operations", (operation.name for operation in scenario.operations))
    yield from _twice("sessions", (session.name for session in scenario.sessions))
    has_seeded = any(persona.tier is not None for persona in scenario.personas)
    yield from problems_of_variables(scenario.variables, has_seeded=has_seeded)
    yield from problems_of_data(scenario.data)
    yield from problems_of_targets(scenario.targets)
    if scenario.limits is not None:
        yield from _problems_of_limits(scenario.limits)
    for position, persona in enumerate(scenario.personas):
        yield from _problems_of_persona(f"personas[{position}]", persona, scenario)
    yield from make_repertoire(scenario, tables)[1]


def _problems_of_limits(limits: RateLimits) -> Iterator[Problem]:
    yield from above_zero("limits.window_s", limits.window_s)
    if limits.burst < 0:
        yield Problem("limits.burst", repr(limits.burst), "must be 0 or more")
    for tier, by_operation in limits.tiers.items():
        for operation, limit in by_operation.items():
            yield from above_zero(f"limits.tiers.{tier}.{operation}", limit)


def _problems_of_persona(where: str, persona: Persona, scenario: Scenario) -> Iterator[Problem]:
    yield from persona.problems(where)
    if not persona.operations:
        yield Problem(f"{where}.operations", "none", "must name at least one operation")
    yield from _twice(f"{where}.operations", (_told(share) for share in persona.operations))
    if scenario.limits is not None and persona.tier is not None and persona.tier not in scenario.limits.tiers:
        known = ", ".join(scenario.limits.tiers) or "none is declared"
        yield Problem(f"{where}.tier", persona.tier, f"must be a tier of limits.tiers: {known}")
    if persona.named_tenants and persona.tier is not None:
        allowed = "tenants are seeded ones of a tier, or named: not both"
        yield Problem(f"{where}.named_tenants", ", ".join(persona.named_tenants)[:60], allowed)
    if persona.at_most is not None:
        yield from above_zero(f"{where}.at_most", persona.at_most)
    for position, share in enumerate(persona.operations):
        yield from above_zero(f"{where}.operations[{position}].weight", share.weight)


def _told(share: OperationShare) -> str:
    options = ", ".join(f"{name}: {value}" for name, value in sorted(share.options.items()))
    return f"{share.name} ({options})" if options else share.name


def _twice(where: str, names: Iterable[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(where, name, f"must be named once, is named {count} times")
