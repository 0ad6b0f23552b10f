"""Which row an arrival gets: a pure function of the arrival, so that workers need not agree on it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from loadtests.data.data_file import DataFile, OnEnd, Pick
from loadtests.data.table import Row, Table
from loadtests.popularity import zipf_rank


@dataclass(frozen=True, slots=True)
class RowPicker:
    """Rows of one file for the personas that use it."""

    table: Table
    pick: Pick
    exponent: float
    personas: Sequence[str]
    """Each takes every len(personas)-th row, beginning with that of its own place: none gets another's."""

    def row(self, persona: str, number: int, source: random.Random) -> Row:
        """For the persona's arrival of this number."""
        count = self.table.row_count
        if self.pick is Pick.SEQUENTIAL:
            turn = number * len(self.personas) + self.personas.index(persona)
            return self.table.row(turn % count)
        if self.pick is Pick.RANDOM or self.exponent == 0:
            return self.table.row(int(source.random() * count))
        return self.table.row(zipf_rank(count, self.exponent, source.random) - 1)


def most_arrivals(data: DataFile, row_count: int, personas: Sequence[str], persona: str) -> int | None:
    """How many arrivals of the persona the file has rows for; None when rows are used again."""
    if data.pick is not Pick.SEQUENTIAL or data.on_end is OnEnd.WRAP:
        return None
    left = row_count - personas.index(persona)
    return max(0, -(-left // len(personas)))
