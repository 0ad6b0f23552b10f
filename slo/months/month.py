"""A calendar month in a time zone, and its days."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slo.windows import CalendarStart, Span, calendar_span

MINUTE_NS = 60_000_000_000
_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class InvalidMonth(ValueError):  # noqa: N818 -- as InvalidFile
    """A month, or its time zone, is not written as it must be. Says what may stand there."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day, however long a change of clocks makes it."""

    date: date
    span: Span

    @property
    def minutes(self) -> int:
        """1,440 on most days."""
        return (self.span.end_ns - self.span.start_ns) // MINUTE_NS


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar."""

    year: int
    number: int
    """1 for January."""
    zone: ZoneInfo

    @property
    def name(self) -> str:
        """2026-11."""
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def title(self) -> str:
        """November 2026."""
        return f"{self.first:%B %Y}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def span(self) -> Span:
        """From its first midnight to the next month's."""
        start = datetime.combine(self.first, time())
        at_ns = _midnight_ns(self.first, self.zone)
        return calendar_span("1M", CalendarStart(start, self.zone.key), at_ns)

    @property
    def minutes(self) -> int:
        """43,200 in 30 days without a change of clocks."""
        return (self.span.end_ns - self.span.start_ns) // MINUTE_NS

    @property
    def days(self) -> tuple[Day, ...]:
        """In order."""
        days: list[Day] = []
        day, end_ns = self.first, self.span.end_ns
        start_ns = self.span.start_ns
        while start_ns < end_ns:
            day_after = day + timedelta(days=1)
            next_ns = _midnight_ns(day_after, self.zone)
            days.append(Day(day, Span(start_ns, next_ns)))
            day, start_ns = day_after, next_ns
        return tuple(days)


def read_month(written: str, time_zone: str) -> Month:
    """`2026-11` in a zone of the IANA time zone database. Raises InvalidMonth."""
    matched = _WRITTEN.fullmatch(written)
    if matched is None:
        raise InvalidMonth(f"{written!r} is no month: write the year and the month, as 2026-11.")
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidMonth(
            f"{time_zone!r} is no time zone: write a name of the IANA time zone database, as Europe/Berlin."
        ) from error
    try:
        month = Month(int(matched[1]), int(matched[2]), zone)
        whole = month.span.start_ns % MINUTE_NS == 0
    except (ValueError, OverflowError) as error:
        raise InvalidMonth(f"{written!r} is no month that can be counted.") from error
    if not whole:
        # Before standard time, towns were minutes and seconds apart.
        raise InvalidMonth(f"{written!r} began at no whole minute in {time_zone}: take a later month.")
    return month


def _midnight_ns(day: date, zone: ZoneInfo) -> int:
    """The first instant of a local day: midnight, or where clocks jump over it, when they land."""
    at = datetime.combine(day, time(), zone).astimezone(UTC)
    return int(at.timestamp()) * 1_000_000_000
