"""Instants and durations are read exactly, and what can be none is refused."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.importing.errors import BadValue, InvalidOption
from evidence.importing.instants import (
    NS_PER_S,
    common_log_ns,
    duration_ns,
    epoch_ns,
    pattern_ns,
    rfc3339_ns,
    scaled_ns,
    zone_named,
)

AT_NS = st.integers(min_value=631_152_000 * NS_PER_S, max_value=4_102_444_799 * NS_PER_S)
BERLIN = ZoneInfo("Europe/Berlin")


@given(AT_NS, st.integers(min_value=-14 * 60, max_value=14 * 60))
def test_every_nanosecond_of_an_instant_in_any_zone_is_kept(at_ns: int, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    moment = datetime.fromtimestamp(at_ns // NS_PER_S, zone)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ns % NS_PER_S:09}{moment:%:z}"
    assert rfc3339_ns("", text) == at_ns


@given(AT_NS)
def test_seconds_since_1970_are_exact(at_ns: int) -> None:
    assert epoch_ns("", f"{at_ns // NS_PER_S}.{at_ns % NS_PER_S:09}") == at_ns


@given(AT_NS)
def test_an_instant_of_the_common_log_is_its_second(at_ns: int) -> None:
    moment = datetime.fromtimestamp(at_ns // NS_PER_S, timezone(timedelta(hours=-3, minutes=-30)))
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    text = f"{moment:%d}/{months[moment.month - 1]}/{moment:%Y:%H:%M:%S %z}"
    assert common_log_ns("", text) == at_ns // NS_PER_S * NS_PER_S


def test_known_instants() -> None:
    assert rfc3339_ns("", "2026-11-25T15:28:14.960765717Z") == 1_795_620_494_960_765_717
    assert rfc3339_ns("", "2026-11-25 16:28:14+01:00") == 1_795_620_494_000_000_000
    assert common_log_ns("", "25/Nov/2026:15:35:06 +0000") == 1_795_620_906_000_000_000
    assert scaled_ns("", "1.537587", 1_000_000) == 1_537_587
    assert scaled_ns("", "0.003", NS_PER_S) == 3_000_000
    assert scaled_ns("", "-2", 1) == -2


def test_an_instant_without_a_zone_takes_the_one_that_is_given() -> None:
    assert rfc3339_ns("", "2026-11-25T16:00:00", BERLIN) == rfc3339_ns("", "2026-11-25T15:00:00Z")
    assert pattern_ns("", "2026/07/25 16:00:00.250", "%Y/%m/%d %H:%M:%S.%f", BERLIN) == rfc3339_ns(
        "", "2026-07-25T14:00:00.250Z"
    )


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (lambda: rfc3339_ns("at", "2026-11-25T16:00:00"), "names no time zone: give the one of the log"),
        (lambda: rfc3339_ns("at", "yesterday"), "must be an instant as"),
        (lambda: rfc3339_ns("at", "2026-13-25T16:00:00Z"), "month must be in 1..12"),
        (lambda: common_log_ns("at", "25/Noc/2026:15:35:06 +0000"), "must be an instant as 25/Nov"),
        (lambda: common_log_ns("at", "31/Feb/2026:15:35:06 +0000"), "must be an instant as 25/Nov"),
        (lambda: epoch_ns("at", "1795620906823"), "must be an instant from 1990 to 2099"),
        (lambda: epoch_ns("at", "12"), "must be an instant from 1990 to 2099"),
        (lambda: duration_ns("took", "-1", 1_000_000), "must be a duration from 0 to 30 days"),
        (lambda: duration_ns("took", "NaN", 1_000_000), "must be a number"),
        (lambda: duration_ns("took", "1e9", 1_000_000), "must be a number"),
    ],
)
def test_what_is_no_instant_or_duration_says_what_is_allowed(read: object, told: str) -> None:
    assert callable(read)
    with pytest.raises(BadValue, match=told):
        read()


def test_a_zone_is_a_name_or_an_offset() -> None:
    assert zone_named("Europe/Berlin") == BERLIN
    assert datetime(2026, 1, 1, tzinfo=zone_named("-03:30")).utcoffset() == timedelta(hours=-3.5)
    assert datetime(2026, 1, 1, tzinfo=zone_named("UTC")) == datetime(2026, 1, 1, tzinfo=UTC)
    for wrong in ("Berlin", "+25:00", "", "../etc/passwd"):
        with pytest.raises(InvalidOption, match="--time-zone"):
            zone_named(wrong)
