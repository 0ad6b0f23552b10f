"""Over how long a promise is given: rolling windows, and calendar windows in a time zone."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_MONTHS = {"M": 1, "Q": 3, "Y": 12}
_DAY_S = 86_400.0
MONTH_S = 365.25 / 12 * _DAY_S
"""A month on average: 43,830 minutes, of which 0.05% are the 21.9 minutes of the analysis (section 7.1)."""
_SECONDS = {
    "m": 60.0,
    "h": 3600.0,
    "d": _DAY_S,
    "w": 7 * _DAY_S,
    **{unit: months * MONTH_S for unit, months in _MONTHS.items()},
}


@dataclass(frozen=True, slots=True)
class CalendarStart:
    """From when on calendar windows are counted."""

    local_start: datetime
    """Without a zone: it is that of `time_zone`."""
    time_zone: str
    """A name of the IANA time zone database."""


@dataclass(frozen=True, slots=True)
class Span:
    """start_ns <= instant < end_ns, UTC."""

    start_ns: int
    end_ns: int


def duration_s(shorthand: str) -> float:
    """Seconds in OpenSLO's duration-shorthand; months, quarters and years on average."""
    return int(shorthand[:-1]) * _SECONDS[shorthand[-1]]


def rolling_span(duration: str, last_ns: int) -> Span:
    """The window that ends with the instant `last_ns`, which it includes."""
    end_ns = last_ns + 1
    return Span(end_ns - round(duration_s(duration) * 1e9), end_ns)


def calendar_span(duration: str, calendar: CalendarStart, at_ns: int) -> Span:
    """The window that the instant `at_ns` falls in, also before the first.

    Minutes and hours pass evenly; days, weeks, months, quarters and years begin at the same local time,
    however long a day with a change of clocks is, and on the last day of a month that lacks the day.
    """
    zone = ZoneInfo(calendar.time_zone)
    at = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC)
    count = _guess(duration, (at - calendar.local_start.replace(tzinfo=zone)).total_seconds())
    while _begin(duration, calendar, zone, count) > at:
        count -= 1
    while _begin(duration, calendar, zone, count + 1) <= at:
        count += 1
    return Span(
        _ns(_begin(duration, calendar, zone, count)), _ns(_begin(duration, calendar, zone, count + 1))
    )


def _guess(duration: str, elapsed_s: float) -> int:
    return int(elapsed_s // duration_s(duration))


def _begin(duration: str, calendar: CalendarStart, zone: ZoneInfo, count: int) -> datetime:
    amount, unit = int(duration[:-1]) * count, duration[-1]
    start = calendar.local_start
    if unit in _MONTHS:
        return _months_later(start, amount * _MONTHS[unit]).replace(tzinfo=zone).astimezone(UTC)
    if unit in {"d", "w"}:
        days = amount * (7 if unit == "w" else 1)
        return (start + timedelta(days=days)).replace(tzinfo=zone).astimezone(UTC)
    return start.replace(tzinfo=zone).astimezone(UTC) + timedelta(seconds=amount * _SECONDS[unit])


def _months_later(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def _ns(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000_000
