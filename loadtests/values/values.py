"""The values of one arrival, each made when it is first asked for, and then kept."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from loadtests.data.table import Row
from loadtests.templates.escaping import Value


@dataclass(frozen=True, slots=True)
class ArrivalFacts:
    """What is known of an arrival."""

    random: random.Random
    """Seeded for this one arrival."""
    index: int
    """Of the whole stream."""
    number: int
    """Among the arrivals of its persona."""
    persona: str
    address: str
    """Of the simulated client."""
    tenant: str | None
    api_key: str | None


type Draw = Callable[["Values"], Value]


class Values(Mapping[str, Value]):
    """By name, for one arrival and all that follows from it in its session."""

    __slots__ = ("_draws", "_known", "_rows", "facts")

    def __init__(self, draws: Mapping[str, Draw], facts: ArrivalFacts) -> None:
        self.facts = facts
        self._draws = draws
        self._known: dict[str, Value] = {}
        self._rows: dict[str, Row] = {}

    def __getitem__(self, name: str) -> Value:
        known = self._known
        if name not in known:
            known[name] = self._draws[name](self)
        return known[name]

    def __iter__(self) -> Iterator[str]:
        yield from {**self._draws, **self._known}

    def __len__(self) -> int:
        return len({**self._draws, **self._known})

    def keep(self, name: str, value: Value) -> None:
        """What an answer told: later steps use it."""
        self._known[name] = value

    def row(self, data: str, pick: Callable[[ArrivalFacts], Row]) -> Row:
        """The arrival's row of a data file: picked once, so that its columns belong together."""
        row = self._rows.get(data)
        if row is None:
            row = self._rows[data] = pick(self.facts)
        return row
