"""Windows, where months differ and clocks change."""

from datetime import UTC, datetime

import pytest

from slo.windows import CalendarStart, Span, calendar_span, duration_s, rolling_span

BERLIN = CalendarStart(datetime(2026, 1, 1), "Europe/Berlin")  # noqa: DTZ001 -- local by its zone


def ns(*fields: int) -> int:
    return int(datetime(*fields, tzinfo=UTC).timestamp()) * 1_000_000_000  # type: ignore[arg-type,misc]


def test_a_month_has_the_minutes_of_the_analysis() -> None:
    # Section 7.1: 99.95% leaves 21.9 minutes a month.
    assert duration_s("1M") / 60 * 0.0005 == pytest.approx(21.9, abs=0.05)
    assert (duration_s("28d"), duration_s("4w")) == (2_419_200, 2_419_200)
    assert duration_s("1Y") == 4 * duration_s("1Q") == 12 * duration_s("1M")


def test_a_rolling_window_ends_with_the_last_request() -> None:
    assert rolling_span("1h", 3_600_000_000_000) == Span(1, 3_600_000_000_001)


@pytest.mark.parametrize(
    ("duration", "start", "at", "span"),
    [
        # Midnight in Berlin is 23:00 UTC in winter, 22:00 in summer.
        ("1M", BERLIN, (2026, 2, 14), ((2026, 1, 31, 23), (2026, 2, 28, 23))),
        ("1M", BERLIN, (2026, 3, 31, 12), ((2026, 2, 28, 23), (2026, 3, 31, 22))),
        ("1Q", BERLIN, (2026, 5, 1), ((2026, 3, 31, 22), (2026, 6, 30, 22))),
        ("1Y", BERLIN, (2025, 6, 1), ((2024, 12, 31, 23), (2025, 12, 31, 23))),
        # The day on which clocks go forward has 23 hours.
        ("1d", BERLIN, (2026, 3, 29, 12), ((2026, 3, 28, 23), (2026, 3, 29, 22))),
        ("12h", BERLIN, (2026, 3, 29, 12), ((2026, 3, 29, 11), (2026, 3, 29, 23))),
        # The last instant belongs to the window, the first of the next does not.
        ("1M", BERLIN, (2026, 1, 31, 22, 59, 59), ((2025, 12, 31, 23), (2026, 1, 31, 23))),
        ("1M", BERLIN, (2026, 1, 31, 23), ((2026, 1, 31, 23), (2026, 2, 28, 23))),
        # A month without the 31st begins on its last day, and the next on the 31st again.
        (
            "1M",
            CalendarStart(datetime(2026, 1, 31), "UTC"),  # noqa: DTZ001 -- local by its zone
            (2026, 3, 1),
            ((2026, 2, 28), (2026, 3, 31)),
        ),
        # OpenSLO's example: weeks from a Saturday noon in New York.
        (
            "1w",
            CalendarStart(datetime(2022, 1, 1, 12), "America/New_York"),  # noqa: DTZ001 -- local by its zone
            (2022, 1, 10),
            ((2022, 1, 8, 17), (2022, 1, 15, 17)),
        ),
    ],
)
def test_a_calendar_window_follows_the_local_clock(
    duration: str, start: CalendarStart, at: tuple[int, ...], span: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    assert calendar_span(duration, start, ns(*at)) == Span(ns(*span[0]), ns(*span[1]))
