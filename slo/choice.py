"""Which requests objectives are about, as what a scan groups by."""

from collections.abc import Iterable, Mapping
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
    tenant: str | None = None
    target: str | None = None

    @classmethod
    def of(cls, objective: Objective) -> "Choice":
        """What `objective` is about."""
        return cls(objective.tier, objective.operation, objective.tenant, objective.named_target)

    @property
    def values(self) -> dict[str, str | None]:
        """By column."""
        return asdict(self)


KEYS = tuple(one.name for one in fields(Choice))


@dataclass(frozen=True, slots=True)
class Keys:
    """What tells choices apart, and no more: the values that they name as numbers from 1 on, all others as 0.

    Grouping by numbers takes half the time of grouping by text.
    """

    codes: Mapping[str, Mapping[str, int]]
    """By column and value."""

    @classmethod
    def of(cls, choices: Iterable[Choice]) -> "Keys":
        """Those of `choices`."""
        asked = [one.values for one in choices]
        named = {name: sorted({one[name] or "" for one in asked if one[name] is not None}) for name in KEYS}
        return cls({name: {value: n for n, value in enumerate(some, 1)} for name, some in named.items()})

    @property
    def sql(self) -> str:
        """The columns."""
        return ", ".join(f"{self.column(name)} AS {name}" for name in KEYS)

    def column(self, name: str) -> str:
        """SQL of the number of a request's value.

        Parquet files say a text that repeats once and refer to it. DuckDB works out functions of such a
        column once for each text, but not CASE, which takes three times as long.
        """
        values = ", ".join(literal(value) for value in self.codes[name])
        return f"greatest(list_position([{values}], {name}), 0)" if values else "0"

    def are_of(self, choice: Choice) -> str:
        """SQL: whether a request is of `choice`."""
        numbers = self.numbers(choice).items()
        return (
            " AND ".join(f"{self.column(name)} = {one}" for name, one in numbers if one is not None) or "true"
        )

    def numbers(self, choice: Choice) -> dict[str, int | None]:
        """The number of each value of `choice`; None where it has none."""
        return {
            name: None if value is None else self.codes[name][value] for name, value in choice.values.items()
        }

    def rows(self, columns: Columns, choice: Choice) -> NDArray[np.bool_]:
        """Which rows of an answer with these columns are of `choice`."""
        chosen = np.ones(len(columns[KEYS[0]]), dtype=bool)
        for name, number in self.numbers(choice).items():
            if number is not None:
                chosen &= np.asarray(columns[name]) == number
        return chosen
