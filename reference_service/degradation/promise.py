"""What the table promises of one request: pure, for docs, tests, and a contract to be held against."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from reference_service.degradation.table import DegradationTable
from reference_service.ports.dependency import Dependency


@dataclass(frozen=True, slots=True)
class Promise:
    """`source` is None when nothing is left; then the answer is 503 with Retry-After."""

    source: str | None
    served_from: str | None
    durability: str | None
    missed: tuple[Dependency, ...]


def promise(
    table: DegradationTable, operation: str, down: AbstractSet[Dependency], holds: AbstractSet[str]
) -> Promise:
    """What the operation answers while `down` do not answer, with what its sources hold of it."""
    missed: list[Dependency] = []
    for source in table.operations[operation].sources:
        if source.needs is not None and source.needs in down:
            if source.needs not in missed:
                missed.append(source.needs)
        elif source.holds is None or source.holds in holds:
            if source.beside is not None and source.beside in down and source.beside not in missed:
                missed.append(source.beside)
            return Promise(source.name, source.served_from, source.durability, tuple(missed))
    return Promise(None, None, None, tuple(missed))
