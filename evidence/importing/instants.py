"""Reading instants and durations, exactly, as whole nanoseconds."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence.importing.errors import BadValue, InvalidOption, shortened

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
_EARLIEST_NS = 631_152_000 * NS_PER_S
"""1990: what lies before it is no instant of a measurement but a wrong unit."""
_LATEST_NS = 4_102_444_800 * NS_PER_S
"""2100."""
_LONGEST_NS = 30 * 86_400 * NS_PER_S
_FRACTION_DIGITS = 9
_NUMBER = re.compile(r"(-?)(\d{1,19})(?:\.(\d*))?")
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?\s*(Z|z|[+-]\d\d:?\d\d)?")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLF = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})")
_WITHOUT_ZONE = "the instant names no time zone: give the one of the log with --time-zone"


def zone_named(text: str) -> tzinfo:
    """A zone by its IANA name (Europe/Berlin), `UTC`, or an offset from UTC (+02:00). Raises
    InvalidOption.
    """
    offset = _OFFSET.fullmatch(text)
    try:
        return _offset_zone(offset) if offset else ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidOption(
            f"--time-zone {text!r}: must be a name as Europe/Berlin, or an offset from UTC as +02:00"
        ) from error


def scaled_ns(where: str, text: str, unit_ns: int) -> int:
    """A decimal number of units as nanoseconds, cut below one. Raises BadValue."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise BadValue(where, repr(shortened(text)), "must be a number")
    sign, whole, fraction = match.groups()
    digits = (fraction or "")[:_FRACTION_DIGITS]
    value = int(whole) * unit_ns + (int(digits) * unit_ns // 10 ** len(digits) if digits else 0)
    return -value if sign else value


def epoch_ns(where: str, text: str, unit_ns: int = NS_PER_S) -> int:
    """An instant as a number of units since 1970. Raises BadValue."""
    return checked_instant(where, scaled_ns(where, text, unit_ns), text)


def duration_ns(where: str, text: str, unit_ns: int) -> int:
    """A duration as a number of units. Raises BadValue."""
    return checked_duration(where, scaled_ns(where, text, unit_ns), text)


def checked_instant(where: str, at_ns: int, text: object) -> int:
    """The instant, if anything can have been measured at it. Raises BadValue."""
    if not _EARLIEST_NS <= at_ns < _LATEST_NS:
        raise BadValue(where, repr(shortened(text)), "must be an instant from 1990 to 2099")
    return at_ns


def checked_duration(where: str, took_ns: int, text: object) -> int:
    """The duration, if a request can have taken it. Raises BadValue."""
    if not 0 <= took_ns <= _LONGEST_NS:
        raise BadValue(where, repr(shortened(text)), "must be a duration from 0 to 30 days")
    return took_ns


def rfc3339_ns(where: str, text: str, zone: tzinfo | None = None) -> int:
    """`2026-11-25T15:28:14.960765717Z`; without a zone it is that of `zone`. Raises BadValue."""
    match = _RFC3339.fullmatch(text.strip())
    if match is None:
        allowed = "must be an instant as 2026-11-25T15:28:14.960Z"
        raise BadValue(where, repr(shortened(text)), allowed)
    date, time, fraction, written_zone = match.groups()
    try:
        second = _second(f"{date}T{time}", written_zone, zone)
    except ValueError as error:
        raise BadValue(where, repr(shortened(text)), str(error)) from error
    at_ns = second * NS_PER_S + (scaled_ns(where, f"0.{fraction}", NS_PER_S) if fraction else 0)
    return checked_instant(where, at_ns, text)


def common_log_ns(where: str, text: str) -> int:
    """`25/Nov/2026:15:35:06 +0000`. Raises BadValue."""
    try:
        return checked_instant(where, _common_log_second(text) * NS_PER_S, text)
    except ValueError as error:
        allowed = "must be an instant as 25/Nov/2026:15:35:06 +0000"
        raise BadValue(where, repr(shortened(text)), allowed) from error


def pattern_ns(where: str, text: str, pattern: str, zone: tzinfo | None) -> int:
    """An instant written by a strptime pattern; without a zone it is that of `zone`. Raises BadValue."""
    try:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007 -- the zone is asked for below
    except ValueError as error:
        allowed = f"must be an instant written as {pattern}"
        raise BadValue(where, repr(shortened(text)), allowed) from error
    if moment.tzinfo is None:
        if zone is None:
            raise BadValue(where, repr(shortened(text)), _WITHOUT_ZONE)
        moment = moment.replace(tzinfo=zone)
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return checked_instant(where, since // timedelta(microseconds=1) * 1000, text)


@lru_cache(maxsize=4096)
def _second(naive: str, written_zone: str | None, zone: tzinfo | None) -> int:
    moment = datetime.fromisoformat(naive)
    if written_zone is not None:
        moment = moment.replace(tzinfo=UTC if written_zone in {"Z", "z"} else _zone_of(written_zone))
    elif zone is not None:
        moment = moment.replace(tzinfo=zone)
    else:
        raise ValueError(_WITHOUT_ZONE)
    return int(moment.timestamp())


@lru_cache(maxsize=4096)
def _common_log_second(text: str) -> int:
    match = _CLF.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise ValueError(text)
    month = _MONTHS.index(match[2]) + 1
    hour, minute, second = int(match[4]), int(match[5]), int(match[6])
    moment = datetime(int(match[3]), month, int(match[1]), hour, minute, second, tzinfo=_zone_of(match[7]))
    return int(moment.timestamp())


def _zone_of(text: str) -> tzinfo:
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return _offset_zone(match)


def _offset_zone(match: re.Match[str]) -> tzinfo:
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-offset if match[1] == "-" else offset)
