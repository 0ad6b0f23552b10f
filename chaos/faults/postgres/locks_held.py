"""Locks held: tables that nobody can read or write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from chaos.faults.held_fault import HeldFault
from chaos.faults.inside_fault import not_wrong
from chaos.probes.dialect import Dialect
from chaos.probes.line import Observation
from chaos.probes.questions.postgres import postgres_question
from chaos.targets.direct import DirectTarget

type TableName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$")]
"""A table, in a schema where it is not in the search path."""

_LOCK_NOT_AVAILABLE = "55P03"
_PATIENCE_MS = 200


@dataclass(frozen=True, slots=True)
class LocksHeld(HeldFault):
    """LOCK TABLE … IN ACCESS EXCLUSIVE MODE, by a session that does not end, as a migration that hangs."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "locks-held"
    effect: ClassVar[str] = "Statements on the tables wait, and time out where they have a time limit."
    work: ClassVar[str] = "postgres-locks"

    tables: Annotated[tuple[TableName, ...], Field(min_length=1)]
    """The tables, with their schema where it is not in the search path."""
    database: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")] = "stormproof"
    """The database that they are in."""

    def parameters(self) -> Mapping[str, JsonValue]:
        """Its tables and their database."""
        return {"tables": list(self.tables), "database": self.database}

    def work_parameters(self) -> Mapping[str, JsonValue]:
        """The same."""
        return self.parameters()

    def question(self, target: DirectTarget) -> Dialect:
        """Reading nothing of the first table, without much patience."""
        statement = f"SET lock_timeout = {_PATIENCE_MS}; SELECT 1 FROM {self.tables[0]} LIMIT 0"  # noqa: S608 -- a name by its pattern
        return postgres_question(target.client_door.speech, self.database, statement)

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every session must have waited in vain."""
        return not_wrong(seen, _LOCK_NOT_AVAILABLE)
