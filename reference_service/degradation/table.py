"""The table of degradation: read once at start, checked, and resolved into chains of what there is to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from reference_service.ports.dependency import Dependency

FILE = "table.yaml"


class TableError(Exception):
    """The table and the code do not fit together: which entry, and what is allowed."""


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One thing to try: see the head of table.yaml for the fields."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str
    needs: Dependency | None = None
    beside: Dependency | None = None
    holds: str | None = None
    served_from: Literal["live", "cache", "stale", "empty"] | None = None
    durability: Literal["replicated", "local"] | None = None


@dataclass(frozen=True, slots=True)
class OperationEntry:
    """What an operation tries, in order; without `otherwise` its last source always answers.

    `before`: the entries that a request goes through first.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    does: str
    sources: tuple[SourceEntry, ...]
    otherwise: Literal["unavailable"] | None = None
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DegradationTable:
    """All operations by name."""

    operations: Mapping[str, OperationEntry]

    def chain[S](self, operation: str, steps: Mapping[str, S]) -> tuple[S, ...]:
        """The steps in the order of the operation's sources.

        Raises TableError unless there is a step for each source, and a source for each step.
        """
        entry = self.operations.get(operation)
        if entry is None:
            raise TableError(f"{FILE}: {operation}: missing. Allowed are its sources: {', '.join(steps)}.")
        names = [source.name for source in entry.sources]
        if sorted(names) != sorted(steps):
            raise TableError(
                f"{FILE}: {operation}.sources: {', '.join(names)}. Each of {', '.join(sorted(steps))} is "
                "needed once, in any order: the code has these and no others."
            )
        return tuple(steps[name] for name in names)


def load_table() -> DegradationTable:
    """The table of this package. Raises TableError, naming each entry that is wrong."""
    raw = yaml.safe_load(files(__package__).joinpath(FILE).read_text())
    try:
        operations = TypeAdapter(dict[str, OperationEntry]).validate_python(raw)
    except ValidationError as error:
        lines = [f"{FILE}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise TableError("\n".join(lines)) from error
    for name, entry in operations.items():
        last = entry.sources[-1]
        if entry.otherwise is None and (last.needs is not None or last.holds is not None):
            raise TableError(f"{FILE}: {name}: its last source may not answer: say what is done otherwise.")
        for step in entry.before:
            if step not in operations:
                allowed = ", ".join(operations)
                raise TableError(f"{FILE}: {name}.before: {step}: it has no entry. Allowed are: {allowed}.")
    return DegradationTable(operations)
