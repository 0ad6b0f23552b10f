"""One request as another tool recorded it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from evidence.request_record import LatencyClock, Outcome

NO_TAGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ForeignRequest:
    """What a source tells of one request. Instants are UTC nanoseconds."""

    intended_ns: int
    """Of a source without intended instants: when it was sent; where that is not known either, when it
    ended.
    """
    started_ns: int | None
    """None for an arrival never sent, and where the source does not say when it was sent."""
    ended_ns: int | None
    """None for an arrival never sent."""
    clock: LatencyClock
    status: int
    outcome: Outcome
    name: str | None = None
    """What the tool itself calls it: a label, a request name."""
    method: str | None = None
    url: str | None = None
    """A whole URL, or a path."""
    origin: str | None = None
    """The host that was asked, where the URL does not say it."""
    persona: str | None = None
    tags: Mapping[str, str] = field(default=NO_TAGS)
    """Whatever else the source says of it, by the source's own names."""
    bytes: int = 0
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """The instants of a request that was sent."""

    intended_ns: int
    started_ns: int | None
    ended_ns: int
    clock: LatencyClock

    @classmethod
    def sent(cls, started_ns: int, duration_ns: int) -> "Times":
        """Of a source that knows when it sent and how long it took."""
        return cls(started_ns, started_ns, started_ns + duration_ns, LatencyClock.SENT)

    @classmethod
    def planned(cls, intended_ns: int, ended_ns: int) -> "Times":
        """Of a source whose latency counts from the intended instant and that does not say when it sent."""
        return cls(intended_ns, None, ended_ns, LatencyClock.INTENDED)

    @classmethod
    def ended(cls, ended_ns: int) -> "Times":
        """Of a source that does not say how long it took."""
        return cls(ended_ns, None, ended_ns, LatencyClock.SENT)
