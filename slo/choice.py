"""Which requests objectives are about, as what a scan groups by."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from slo.evidence_view import Columns
from slo.ladder import literal
from slo.promise import Objective


@dataclass(frozen=True, slots=True)
class Choice:
    """The requests with these values; None: whatever it is. Each field is a column of `counted`."""

    tier: str | None = None
    operation: str | None = None

    @classmethod
    def of(cls, objective: Objective) -> "Choice":
        """What `objective` is about."""
        return cls(objective.tier, objective.operation)

    @property
    def values(self) -> dict[str, str | None]:
        """By column."""
        return asdict(self)

    def among(self, columns: Columns) -> NDArray[np.bool_]:
        """Which rows of an answer that has `keys` among its columns are of it."""
        rows = len(columns[KEYS[0]])
        chosen = np.ones(rows, dtype=bool)
        for name, value in self.values.items():
            if value is not None:
                # Of a masked column, null is nobody's value.
                chosen &= np.ma.filled(np.ma.asarray(columns[name] == value), fill_value=False).astype(bool)
        return chosen


KEYS = tuple(one.name for one in fields(Choice))


def keys(choices: Iterable[Choice]) -> str:
    """SQL of the columns that tell `choices` apart, and no more: all values that none of them names are
    null."""
    asked = list(choices)
    return ", ".join(f"{_key(name, {one.values[name] for one in asked})} AS {name}" for name in KEYS)


def _key(name: str, values: set[str | None]) -> str:
    named = sorted(one for one in values if one is not None)
    if not named:
        return "NULL::VARCHAR"
    return f"CASE WHEN {name} IN ({', '.join(literal(one) for one in named)}) THEN {name} END"
