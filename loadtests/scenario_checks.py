"""What can be wrong with a scenario whose shape is right."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from evidence.errors import Problem
from evidence.run_record import RateLimits
from loadtests.number_checks import above_zero
from loadtests.operations.catalogue import OWN_OPERATIONS
from loadtests.operations.http import HttpOperation

if TYPE_CHECKING:
    from loadtests.persona import Persona
    from loadtests.scenario import Scenario

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def problems_of(scenario: "Scenario") -> tuple[Problem, ...]:
    """All of them, in the order of the file."""
    return tuple(_problems(scenario))


def _problems(scenario: "Scenario") -> Iterator[Problem]:
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
    for position, operation in enumerate(scenario.operations):
        yield from _problems_of_operation(f"operations[{position}]", operation)
    if scenario.limits is not None:
        yield from _problems_of_limits(scenario.limits)
    for position, persona in enumerate(scenario.personas):
        yield from _problems_of_persona(f"personas[{position}]", persona, scenario)


def _problems_of_operation(where: str, operation: HttpOperation) -> Iterator[Problem]:
    if operation.name in OWN_OPERATIONS:
        yield Problem(f"{where}.name", operation.name, "must differ from the service's own operations")
    if operation.method.upper() not in _METHODS:
        yield Problem(f"{where}.method", operation.method, f"must be one of {', '.join(_METHODS)}")
    # What a request line cannot carry (RFC 9112, section 3).
    if (
        not operation.path.startswith("/")
        or not operation.path.isascii()
        or set(operation.path) & set(" \r\n\t")
    ):
        yield Problem(f"{where}.path", repr(operation.path), "must begin with / and be percent-encoded")
    for name, value in operation.headers.items():
        if not name or set(name + value) & set("\r\n") or ":" in name or not (name + value).isascii():
            yield Problem(f"{where}.headers", f"{name}: {value}"[:80], "must be one line of ASCII each")
    if not operation.expect or not all(100 <= status <= 599 for status in operation.expect):
        yield Problem(f"{where}.expect", repr(operation.expect), "must list HTTP statuses")


def _problems_of_limits(limits: RateLimits) -> Iterator[Problem]:
    yield from above_zero("limits.window_s", limits.window_s)
    if limits.burst < 0:
        yield Problem("limits.burst", repr(limits.burst), "must be 0 or more")
    for tier, by_operation in limits.tiers.items():
        for operation, limit in by_operation.items():
            yield from above_zero(f"limits.tiers.{tier}.{operation}", limit)


def _problems_of_persona(where: str, persona: "Persona", scenario: "Scenario") -> Iterator[Problem]:
    yield from persona.problems(where)
    if not persona.operations:
        yield Problem(f"{where}.operations", "none", "must name at least one operation")
    yield from _twice(f"{where}.operations", (share.name for share in persona.operations))
    if scenario.limits is not None and persona.tier is not None and persona.tier not in scenario.limits.tiers:
        known = ", ".join(scenario.limits.tiers) or "none is declared"
        yield Problem(f"{where}.tier", persona.tier, f"must be a tier of limits.tiers: {known}")
    written = {operation.name for operation in scenario.operations}
    for position, share in enumerate(persona.operations):
        place = f"{where}.operations[{position}]"
        yield from above_zero(f"{place}.weight", share.weight)
        if share.name in OWN_OPERATIONS:
            if persona.tier is None:
                yield Problem(f"{where}.tier", "missing", f"{share.name} is asked by a tenant: name its tier")
        elif share.name not in written:
            known = ", ".join((*OWN_OPERATIONS, *sorted(written)))
            yield Problem(f"{place}.name", share.name, f"must be one of {known}, or be written in operations")


def _twice(where: str, names: Iterable[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(where, name, f"must be named once, is named {count} times")
