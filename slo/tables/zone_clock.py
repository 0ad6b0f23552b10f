"""What the clocks of a time zone show: which instant a local time is, and where it is none, or two."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from slo.ladder import ladder

YEAR_2000_S = 946_684_800
YEAR_2100_S = 4_102_444_800
_NS_PER_S = 1_000_000_000
_STEP_S = 43_200
"""No zone changes its offset twice within it."""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Clocks go from one offset to another: when they go back, they show the times between twice, when they
    go forward, never."""

    at_s: int
    """Since 1970."""
    before_s: int
    """What a clock shows is that much later than UTC; so it is afterwards."""
    after_s: int

    @property
    def unclear_s(self) -> tuple[int, int]:
        """The first local time that is no instant, or two, and the first thereafter, as if they were UTC."""
        return self.at_s + min(self.before_s, self.after_s), self.at_s + max(self.before_s, self.after_s)

    @property
    def repeats(self) -> bool:
        """Whether the times between are shown twice."""
        return self.after_s < self.before_s


@cache
def clock_changes(zone: str) -> tuple[ClockChange, ...]:
    """Those of the years 2000 to 2100, as the time zone database knows them."""
    return tuple(_changes(ZoneInfo(zone)))


def since_1970(zone: str, clock_ns: str) -> str:
    """SQL: the instant at which a clock shows `clock_ns` (nanoseconds, as if it showed UTC); null where it
    shows them twice or never."""
    steps: list[tuple[int, str]] = []
    for change in clock_changes(zone):
        begin_s, end_s = change.unclear_s
        steps += [(begin_s * _NS_PER_S, "NULL"), (end_s * _NS_PER_S, str(change.after_s * _NS_PER_S))]
    first_s = _offset_s(ZoneInfo(zone), YEAR_2000_S)
    return f"({clock_ns} - {ladder(clock_ns, steps, str(first_s * _NS_PER_S))})"


def is_unclear(zone: str, clock_ns: str, *, repeated: bool) -> str:
    """SQL: whether a clock shows `clock_ns` twice, or else never."""
    steps: list[tuple[int, str]] = []
    for change in clock_changes(zone):
        begin_s, end_s = change.unclear_s
        steps += [
            (begin_s * _NS_PER_S, str(change.repeats is repeated).lower()),
            (end_s * _NS_PER_S, "false"),
        ]
    return f"({clock_ns} IS NOT NULL AND {ladder(clock_ns, steps, 'false')})"


def _changes(zone: ZoneInfo) -> Iterator[ClockChange]:
    before_s = _offset_s(zone, YEAR_2000_S)
    for end_s in range(YEAR_2000_S + _STEP_S, YEAR_2100_S, _STEP_S):
        after_s = _offset_s(zone, end_s)
        if after_s != before_s:
            yield ClockChange(_change_s(zone, end_s - _STEP_S, end_s), before_s, after_s)
            before_s = after_s


def _change_s(zone: ZoneInfo, before_s: int, after_s: int) -> int:
    """The second from which on the offset is what it is at `after_s`."""
    new_s = _offset_s(zone, after_s)
    while after_s - before_s > 1:
        middle_s = (before_s + after_s) // 2
        if _offset_s(zone, middle_s) == new_s:
            after_s = middle_s
        else:
            before_s = middle_s
    return after_s


def _offset_s(zone: ZoneInfo, at_s: int) -> int:
    offset = datetime.fromtimestamp(at_s, UTC).astimezone(zone).utcoffset()
    return round((offset or timedelta()).total_seconds())
