import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.numbers import (
    format_budget,
    format_duration,
    format_instant,
    format_ms,
    format_offset,
    format_ratio,
    format_share,
    format_target,
    format_value,
    joined,
    printable,
)


@pytest.mark.parametrize(
    ("ratio", "target", "text"),
    [
        (0.9931, 0.9995, "99.31%"),
        (0.99949, 0.9995, "99.949%"),
        (0.9995, 0.9995, "99.95%"),
        (0.99950001, 0.9995, "99.950001%"),
        (0.999999, 0.9995, "99.9999%"),
        (1.0, 0.9995, "100%"),
        (0.0, 0.99, "0%"),
        (0.000001, 0.99, "0.0001%"),
        (None, 0.99, "–"),
    ],
)
def test_a_ratio_never_reads_as_what_it_is_not(ratio: float | None, target: float, text: str) -> None:
    assert format_ratio(ratio, target) == text


@given(st.floats(0, 1), st.sampled_from([0.9, 0.95, 0.99, 0.999, 0.9995, 0.99999]))
def test_a_ratio_reads_on_its_own_side_of_the_target(ratio: float, target: float) -> None:
    from decimal import Decimal  # noqa: PLC0415 -- only here, to compare without rounding

    read = Decimal(format_ratio(ratio, target).removesuffix("%"))
    exact, mark = Decimal(repr(ratio)) * 100, Decimal(repr(target)) * 100
    assert (read > mark, read < mark) == (exact > mark, exact < mark)
    assert (read == 100, read == 0) == (exact == 100, exact == 0)


@pytest.mark.parametrize(
    ("target", "text"), [(0.99, "99%"), (0.999, "99.9%"), (0.9995, "99.95%"), (1.0, "100%"), (0.9, "90%")]
)
def test_a_target_reads_as_short_as_it_is(target: float, text: str) -> None:
    assert format_target(target) == text


@pytest.mark.parametrize(
    ("budget", "text"),
    [(6.97, "6.9"), (7.0, "7"), ((1 - 0.9995) * 2000, "1"), (1217.34, "1,217.3"), (0.0, "0"), (0.05, "0")],
)
def test_a_budget_is_cut_not_rounded_up(budget: float, text: str) -> None:
    assert format_budget(budget) == text


@pytest.mark.parametrize(
    ("latency_ms", "text"), [(0.4219, "0.42"), (4.21, "4.2"), (42.4, "42"), (1020.4, "1,020"), (None, "–")]
)
def test_milliseconds_keep_the_digits_that_matter(latency_ms: float | None, text: str) -> None:
    assert format_ms(latency_ms) == text


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [(0.42, "0.42 s"), (18.23, "18.2 s"), (59.97, "1 min 00 s"), (150, "2 min 30 s"), (7500, "2 h 05 min")],
)
def test_a_duration_reads_in_units_of_its_size(duration_s: float, text: str) -> None:
    assert format_duration(duration_s) == text


@pytest.mark.parametrize(
    ("offset_s", "text"),
    [(0.0, "0:00.0"), (64.21, "1:04.2"), (59.99, "1:00.0"), (-3.2, "−0:03.2"), (None, "–")],
)
def test_an_offset_reads_as_minutes_and_seconds(offset_s: float | None, text: str) -> None:
    assert format_offset(offset_s) == text


def test_an_instant_names_its_zone() -> None:
    assert format_instant(1_795_000_000_999_999_999) == "2026-11-18 11:06:40 UTC"
    assert format_instant(None) == "–"


def test_small_shares_do_not_read_as_none() -> None:
    assert [format_share(share) for share in (0.0, 0.001, 0.5, 71.47, None)] == [
        "0%",
        "<1%",
        "50%",
        "7,147%",
        "–",
    ]


def test_values_keep_four_digits() -> None:
    assert [format_value(value) for value in (4.31, 0.0, 81.23456, 12345.6, None)] == [
        "4.31",
        "0",
        "81.23",
        "12,346",
        "–",
    ]


def test_control_characters_are_taken_out() -> None:
    assert printable("a\x1b[31mb\nc\x00ü<") == "a\ufffd[31mb c\ufffdü<"


def test_words_are_joined_as_people_do() -> None:
    assert [joined(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
