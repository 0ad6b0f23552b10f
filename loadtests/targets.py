"""Several targets that share the arrivals, as a canary and what it is to replace."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ConfigDict

from evidence.errors import Problem

_STRICT = ConfigDict(extra="forbid")
_UNIFORM_BITS = 53


@dataclass(frozen=True, slots=True)
class ShareFrom:
    """What part of the arrivals a target gets from an instant on."""

    __pydantic_config__ = _STRICT

    from_s: float
    """From the start of the load."""
    share: float


@dataclass(frozen=True, slots=True)
class NamedTarget:
    """A target by the name that the evidence knows it by; its URL is told when the load starts."""

    __pydantic_config__ = _STRICT

    name: str
    shares: tuple[ShareFrom, ...] = ()
    """In the order of time. The first target has none: it gets what the others leave."""

    def share_at(self, offset_s: float) -> float:
        """Its part of the arrivals at this time of the load."""
        position = bisect_right([one.from_s for one in self.shares], offset_s)
        return self.shares[position - 1].share if position else 0.0


def target_of(targets: Sequence[NamedTarget], seed: int, index: int, offset_s: float) -> str:
    """Which target gets an arrival: a pure function, so that any number of workers sends the same."""
    left = _uniform(seed, index)
    for target in targets[1:]:
        left -= target.share_at(offset_s)
        if left < 0:
            return target.name
    return targets[0].name


def problems_of_targets(targets: Sequence[NamedTarget]) -> Iterator[Problem]:
    """What is wrong with them."""
    if len(targets) == 1:
        yield Problem("targets", targets[0].name, "must be two or more, or none")
    for position, target in enumerate(targets):
        where = f"targets[{position}]"
        if not target.name or set(target.name) & set("= \t\r\n"):
            yield Problem(
                f"{where}.name", repr(target.name), "must be a name without spaces and equals signs"
            )
        if target.name in {earlier.name for earlier in targets[:position]}:
            yield Problem(f"{where}.name", target.name, "must be named once")
        if bool(target.shares) is (position == 0):
            allowed = (
                "must be none: it gets what the others leave" if position == 0 else "must be at least one"
            )
            yield Problem(f"{where}.shares", f"{len(target.shares)} shares", allowed)
        yield from _problems_of_shares(target.shares, where)
    instants = sorted({one.from_s for target in targets for one in target.shares})
    for instant_s in instants:
        total = sum(target.share_at(instant_s) for target in targets[1:])
        if total > 1 + 1e-9:
            yield Problem("targets", f"{total:g} from {instant_s:g} s on", "shares must sum to at most 1")


def _problems_of_shares(shares: Sequence[ShareFrom], where: str) -> Iterator[Problem]:
    for position, one in enumerate(shares):
        place = f"{where}.shares[{position}]"
        if not 0 <= one.share <= 1:
            yield Problem(f"{place}.share", repr(one.share), "must be from 0 to 1")
        if not one.from_s >= (shares[position - 1].from_s if position else 0):
            yield Problem(
                f"{place}.from_s", repr(one.from_s), "must be 0 or more, and not before the one above"
            )


def _uniform(seed: int, index: int) -> float:
    """A number from 0 to below 1 that looks random and is not."""
    digest = hashlib.blake2b(f"target {seed} {index}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> (64 - _UNIFORM_BITS)) / (1 << _UNIFORM_BITS)
