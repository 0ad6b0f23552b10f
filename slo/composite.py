"""The availability of a system from that of its parts: in series, redundant, and with parts that several
share.

Series and redundancy multiply (AWS Well-Architected, Reliability Pillar, Availability; Treynor, Dahlin,
Rau, Beyer, The Calculus of Service Availability, ACM Queue 15(2), 2017). Both hold for failures that are
independent; a part that occurs at several places fails at all of them at once, and is conditioned on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import comb, prod

MOST_SHARED = 20
"""Parts that occur more than once: a million cases."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that works or does not."""

    name: str
    availability: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Series:
    """Works where all of them do."""

    of: "tuple[System, ...]"


@dataclass(frozen=True, slots=True)
class Redundant:
    """Works where at least `needed` of them do."""

    of: "tuple[System, ...]"
    needed: int = 1


type System = Part | Series | Redundant


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would bring a system to its target by one part alone."""

    part: str
    availability: float
    needed_availability: float | None
    """That the part itself must have, the others as they are; None where not even a perfect one suffices."""
    needed_copies: int | None
    """Of the part as it is, each failing by itself, one of which is enough; None where none suffices."""


class InvalidSystem(ValueError):  # noqa: N818 -- as InvalidFile
    """The parts do not fit together."""


def availability(system: System) -> float:
    """The share of time in which `system` works. Raises InvalidSystem for a part of two availabilities, one
    that is no ratio, more needed than there are, or too many shared parts.
    """
    parts = _checked(system)
    shared = [name for name, count in Counter(one.name for one in _parts(system)).items() if count > 1]
    if len(shared) > MOST_SHARED:
        raise InvalidSystem(f"{len(shared)} parts occur more than once: at most {MOST_SHARED} may")
    total = 0.0
    for states in product((True, False), repeat=len(shared)):
        known = dict(zip(shared, states, strict=True))
        chance = prod(parts[name] if works else 1 - parts[name] for name, works in known.items())
        if chance:
            total += chance * _given(system, known)
    return total


def remedies(system: System, target: float, most_copies: int = 10) -> tuple[Remedy, ...]:
    """For each part, what it alone would have to become for the system to reach `target`; none where it does.

    Raises InvalidSystem.
    """
    if availability(system) >= target:
        return ()
    return tuple(_remedy(system, name, has, target, most_copies) for name, has in _checked(system).items())


def copies_everywhere(system: System, target: float, most_copies: int = 10) -> int | None:
    """How many copies of every part bring the system to `target`; None where `most_copies` do not."""
    parts = _checked(system)
    for copies in range(1, most_copies + 1):
        better = {name: 1 - (1 - has) ** copies for name, has in parts.items()}
        if availability(_with(system, better)) >= target:
            return copies
    return None


def _remedy(system: System, name: str, has: float, target: float, most_copies: int) -> Remedy:
    # The system is linear in the availability of each of its parts.
    worst, best = (availability(_with(system, {name: one})) for one in (0.0, 1.0))
    needed = (target - worst) / (best - worst) if best >= target and best > worst else None
    copies = next(
        (
            count
            for count in range(2, most_copies + 1)
            if needed is not None and 1 - (1 - has) ** count >= needed
        ),
        None,
    )
    return Remedy(name, has, needed, copies)


def _given(system: System, known: Mapping[str, bool]) -> float:
    """With the states of the shared parts known, all others occur once: they multiply."""
    match system:
        case Part():
            return float(known[system.name]) if system.name in known else system.availability
        case Series():
            return prod(_given(one, known) for one in system.of)
        case Redundant():
            return _at_least(tuple(_given(one, known) for one in system.of), system.needed)


def _at_least(chances: tuple[float, ...], needed: int) -> float:
    """The chance that at least `needed` work, by how many do (exact for unequal chances)."""
    if len(set(chances)) == 1:
        works, count = chances[0], len(chances)
        return sum(comb(count, k) * works**k * (1 - works) ** (count - k) for k in range(needed, count + 1))

    def with_one_more(working: list[float], works: float) -> list[float]:
        return [
            (working[k] if k < len(working) else 0.0) * (1 - works) + (working[k - 1] if k else 0.0) * works
            for k in range(len(working) + 1)
        ]

    return sum(reduce(with_one_more, chances, [1.0])[needed:])


def _with(system: System, changed: Mapping[str, float]) -> System:
    match system:
        case Part():
            return Part(system.name, changed.get(system.name, system.availability))
        case Series():
            return Series(tuple(_with(one, changed) for one in system.of))
        case Redundant():
            return Redundant(tuple(_with(one, changed) for one in system.of), system.needed)


def _parts(system: System) -> Iterator[Part]:
    if isinstance(system, Part):
        yield system
        return
    if not system.of:
        raise InvalidSystem("something is made of no parts: name at least one")
    if isinstance(system, Redundant) and not 1 <= system.needed <= len(system.of):
        raise InvalidSystem(f"{system.needed} of {len(system.of)} are needed: must be 1 to {len(system.of)}")
    for one in system.of:
        yield from _parts(one)


def _checked(system: System) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in _parts(system):
        if not 0 <= part.availability <= 1:
            raise InvalidSystem(
                f"{part.name}: {part.availability} is no ratio from 0 to 1 (99.95% is 0.9995)"
            )
        if found.setdefault(part.name, part.availability) != part.availability:
            raise InvalidSystem(
                f"{part.name}: {found[part.name]} at one place, {part.availability} at another"
            )
    return found
