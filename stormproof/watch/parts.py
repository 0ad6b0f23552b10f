"""Which stretch of time a part covers, and which parts are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_NS = 1_000_000_000
LEAD_S = 10.0
"""From starting a generator to its first arrival: it is loaded and warmed up by then."""
_LEAST_SHARE = 0.1
"""Of a part's length: a shorter rest is added to the next part."""


@dataclass(frozen=True, slots=True)
class PartSpan:
    """start_ns <= intended instant < end_ns."""

    start_ns: int
    end_ns: int

    @property
    def duration_s(self) -> float:
        """How long its schedule is."""
        return (self.end_ns - self.start_ns) / _NS


def next_part(now_ns: int, part_s: float) -> PartSpan:
    """The part that can begin now. It ends where a part of the clock does (of a day: at midnight, UTC), so
    that parts are the same whenever the watch was started, and none drifts.
    """
    length_ns = round(part_s * _NS)
    start_ns = now_ns + round(LEAD_S * _NS)
    end_ns = (start_ns // length_ns + 1) * length_ns
    if end_ns - start_ns < _LEAST_SHARE * length_ns:
        end_ns += length_ns
    return PartSpan(start_ns, end_ns)


def outdated(names: Sequence[str], keep: int, part_s: float) -> tuple[str, ...]:
    """Of the names of all parts, which begin with their time, those before the last `keep` of the clock.

    Several may lie in one part of the clock: restarts, however many, push no history out.
    """
    length_ns = round(part_s * _NS)
    of_clock = {name: _start_ns(name) // length_ns for name in names}
    kept = frozenset(sorted(set(of_clock.values()))[-keep:])
    return tuple(name for name in sorted(names) if of_clock[name] not in kept)


def _start_ns(name: str) -> int:
    begun = datetime.strptime(name[: len("20261125T000000Z")], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return int(begun.timestamp()) * _NS
