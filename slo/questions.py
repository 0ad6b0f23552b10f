"""What the room's counting needs of evidence, wherever it is from."""

from collections.abc import Mapping
from typing import Protocol

from slo.evidence_view import Columns, Row


class Questions(Protocol):
    """Evidence that can be asked: of a run, or of a table that has `recorded`, `counted` and `strata`."""

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """The answer to `sql`."""

    def columns(self, sql: str, parameters: Mapping[str, object] | None = None) -> Columns:
        """The same, a column at a time."""
