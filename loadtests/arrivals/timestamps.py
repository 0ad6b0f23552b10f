"""One instant as text, in any of the forms that logs have."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LATEST_NS = 2**63 - 1


class TimestampForm(StrEnum):
    """What a number counts, or ISO 8601."""

    SECONDS = "s"
    MILLISECONDS = "ms"
    MICROSECONDS = "us"
    NANOSECONDS = "ns"
    ISO = "iso"


ALLOWED = "must be a time: seconds from 0 on, an epoch in s, ms, us or ns, or ISO 8601"

_NS = {
    TimestampForm.SECONDS: 10**9,
    TimestampForm.MILLISECONDS: 10**6,
    TimestampForm.MICROSECONDS: 10**3,
    TimestampForm.NANOSECONDS: 1,
}
_LEAST_EPOCH = (
    (10**17, TimestampForm.NANOSECONDS),
    (10**14, TimestampForm.MICROSECONDS),
    (10**11, TimestampForm.MILLISECONDS),
)
"""An epoch in ns is this large since 1973, and seconds are not before the year 5138."""


def form_of(text: str) -> TimestampForm:
    """The form that this one is most likely in; a number that is no epoch is one of seconds."""
    try:
        value = Decimal(text)
        return next((form for least, form in _LEAST_EPOCH if value >= least), TimestampForm.SECONDS)
    except InvalidOperation:
        return TimestampForm.ISO


def timestamp_reader(form: TimestampForm) -> Callable[[str], int]:
    """From text to nanoseconds, 0 or more. It raises ValueError for what has another form."""
    if form is TimestampForm.ISO:
        return _iso_ns
    ns = _NS[form]

    def number_ns(text: str) -> int:
        return _in_range(int(text) if text.isdecimal() else _decimal(text), ns)

    return number_ns


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error


def _iso_ns(text: str) -> int:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return _in_range((instant - _EPOCH) // _MICROSECOND, 1000)


def _in_range(count: int | Decimal, ns: int) -> int:
    if isinstance(count, Decimal) and not count.is_finite():
        raise ValueError(count)
    if not 0 <= count <= _LATEST_NS // ns:
        raise ValueError(count)
    return round(count * ns)
