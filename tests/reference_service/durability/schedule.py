"""What happens in one trial, and when: a pure value of its seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

DURATION_S = 3.0
WRITES = 60
DOCUMENTS = 8  # few, so that changes of one document race
WORKERS = 2
DEPENDENCIES = ("elasticsearch", "postgres", "redis-cache", "redis-state")


class Kind(StrEnum):
    """What is sent."""

    INDEX = "index"
    DELETE = "delete"
    BULK = "bulk"


@dataclass(frozen=True)
class Write:
    """One request to one worker; a bulk changes several documents."""

    at_s: float
    worker: int
    kind: Kind
    documents: tuple[str, ...]
    marker: str
    key: str | None

    @property
    def new_marker(self) -> str | None:
        """What its documents have afterwards; none when they are gone."""
        return None if self.kind is Kind.DELETE else self.marker


@dataclass(frozen=True)
class Outage:
    """A dependency refuses, or hangs."""

    at_s: float
    duration_s: float
    dependency: str
    fault: str


@dataclass(frozen=True)
class Death:
    """kill -9 of a worker, which is started again at once."""

    at_s: float
    worker: int


@dataclass(frozen=True)
class Schedule:
    """A trial."""

    seed: int
    writes: tuple[Write, ...]
    outages: tuple[Outage, ...]
    deaths: tuple[Death, ...]


def make_schedule(seed: int) -> Schedule:
    """The same seed, the same trial."""
    source = random.Random(f"durability {seed}")  # noqa: S311 - reproducible on purpose
    documents = [f"s{seed}-{number}" for number in range(DOCUMENTS)]
    writes = sorted((_write(source, seed, n, documents) for n in range(WRITES)), key=lambda one: one.at_s)
    dependencies = source.sample(DEPENDENCIES, source.choice((1, 1, 2, 3)))
    outages = tuple(
        Outage(source.uniform(0, 1.5), source.uniform(0.5, 2.0), name, source.choice(("refused", "hung")))
        for name in dependencies
    )
    deaths = tuple(
        Death(source.uniform(0.3, DURATION_S), worker)
        for worker in source.sample(range(WORKERS), source.choice((0, 1, 1, 2)))
    )
    return Schedule(seed, tuple(writes), outages, deaths)


def _write(source: random.Random, seed: int, number: int, documents: list[str]) -> Write:
    kind = source.choices((Kind.INDEX, Kind.DELETE, Kind.BULK), (6, 2, 2))[0]
    count = source.randint(2, 5) if kind is Kind.BULK else 1
    return Write(
        source.uniform(0, DURATION_S),
        source.randrange(WORKERS),
        kind,
        tuple(source.sample(documents, count)),
        f"m{seed}-{number}",
        f"k{seed}-{number}" if source.random() < 0.3 else None,
    )
