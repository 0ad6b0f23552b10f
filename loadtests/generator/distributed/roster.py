"""The workers of one test: who they are, and whether they are still there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from evidence.run_record import ClockReading
from loadtests.scenario import worker_name

MISSING = "missing"
"""Locust's state of a worker that no heartbeat comes from, some four seconds after its last."""
_LOST_AFTER_S = 3.0
"""How long a worker may be missing: a network that comes back in time loses no record."""


@dataclass(slots=True)
class Member:
    """A worker with a share."""

    node: str
    """As Locust calls it: its host and an id."""
    index: int
    clock_at_start: ClockReading
    missing_since_s: float | None = None
    has_ended: bool = False
    lost: str | None = None
    """Why it cannot end its share any more."""

    @property
    def worker(self) -> str:
        """As the evidence calls it."""
        return worker_name(self.index)

    @property
    def is_awaited(self) -> bool:
        """More is to come from it."""
        return not self.has_ended and self.lost is None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who shares the load; nobody joins it later."""

    members: Mapping[str, Member] = field(default_factory=dict)
    """By node."""

    @property
    def awaited(self) -> tuple[Member, ...]:
        """Those that more is to come from."""
        return tuple(member for member in self.members.values() if member.is_awaited)

    @property
    def lost(self) -> tuple[Member, ...]:
        """Those that did not come to their end."""
        return tuple(member for member in self.members.values() if member.lost is not None)

    def observe(self, states: Mapping[str, str], now_s: float) -> Iterator[Member]:
        """Locust's states of all nodes that it knows; yields who is lost from now on."""
        for member in self.awaited:
            state = states.get(member.node)
            if state is None:
                member.lost = "it left before its end"
                yield member
            elif state != MISSING:
                member.missing_since_s = None
            elif member.missing_since_s is None:
                member.missing_since_s = now_s
            elif now_s - member.missing_since_s >= _LOST_AFTER_S:
                member.lost = "nothing is heard of it any more: it was killed, or cannot reach its master"
                yield member


def enlist(found: Mapping[str, tuple[ClockReading, int, int]]) -> Roster:
    """A roster of nodes with clock, wanted index (-1: any) and order of connection. Those that want an index
    come first, in that order.
    """

    def order(node: str) -> tuple[bool, int, int]:
        _, wanted, connected = found[node]
        return (wanted < 0, wanted, connected)

    return Roster(
        {node: Member(node, index, found[node][0]) for index, node in enumerate(sorted(found, key=order))}
    )
