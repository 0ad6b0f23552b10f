"""Parts of months, by a clock that is passed in."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from stormproof.watch.parts import LEAD_S, next_part, outdated

S = 1_000_000_000
DAY_S = 86_400.0


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * S


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-25T00:00:00", "2026-11-26T00:00:00"),
        ("2026-11-25T12:34:56", "2026-11-26T00:00:00"),
        ("2026-11-25T21:00:00", "2026-11-26T00:00:00"),
        ("2026-11-25T23:00:00", "2026-11-27T00:00:00"),  # an hour alone is no part of its own
        ("2026-12-31T23:59:58", "2027-01-02T00:00:00"),
    ],
)
def test_a_day_ends_at_midnight(now: str, ends: str) -> None:
    span = next_part(at(now), DAY_S)
    assert span.end_ns == at(ends)
    assert span.start_ns == at(now) + round(LEAD_S * S)


def test_months_of_days_follow_one_another_without_drift() -> None:
    """Each part is begun some seconds after the one before has ended, for all of a year."""
    now_ns, ends, covered_ns = at("2026-01-01T00:00:00"), [], 0
    for number in range(365):
        span = next_part(now_ns, DAY_S)
        ends.append(span.end_ns)
        covered_ns += span.end_ns - span.start_ns
        now_ns = span.end_ns + (3 + number % 5) * S
    assert {b - a for a, b in pairwise(ends)} == {round(DAY_S) * S}
    assert ends[-1] == at("2027-01-01T00:00:00")
    assert covered_ns / (365 * DAY_S * S) > 0.9997, "the seconds between parts are all that is not watched"


def test_the_oldest_parts_are_those_that_go() -> None:
    names = [f"202611{day:02}T000000Z-synthetic" for day in (3, 1, 2)]
    assert outdated(names, 2, DAY_S) == (names[1],)
    assert outdated(names, 3, DAY_S) == outdated(names, 99, DAY_S) == ()


def test_a_watch_that_is_restarted_all_day_keeps_its_history() -> None:
    days = [f"202611{day:02}T000000Z-synthetic" for day in range(1, 31)]
    restarts = [
        f"20261130T{hour:02}{minute:02}00Z-synthetic" for hour in range(1, 24) for minute in range(60)
    ]
    assert outdated([*days, *restarts], 30, DAY_S) == ()
    assert outdated([*days, *restarts], 29, DAY_S) == (days[0],)
    assert outdated([*days, "20261130T000000Z-synthetic-2"], 29, DAY_S) == (days[0],)
