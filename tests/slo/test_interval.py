"""Exact binomial bounds against published examples and against what defines them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from slo.interval import ALPHA, exact_interval, needed_events

COUNTS = st.integers(1, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@pytest.mark.parametrize(
    ("good", "total", "alpha", "low", "high"),
    [
        # NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.4.2: 4 of 20, two-sided 90%: 5% a side.
        (4, 20, 0.05, 0.071354, 0.401029),
        # R, binom.test(1, 1497, conf.level = 0.9): 5% a side.
        (1, 1497, 0.05, 3.426347e-05, 3.164954e-03),
        # R, binom.test(9, 24): 2.5% a side.
        (9, 24, 0.025, 0.1879929, 0.5940636),
    ],
)
def test_bounds_are_those_of_published_examples(
    good: int, total: int, alpha: float, low: float, high: float
) -> None:
    interval = exact_interval(good, total, alpha)
    assert interval.low == pytest.approx(low, rel=1e-5)
    assert interval.high == pytest.approx(high, rel=1e-5)
    assert interval.level == 1 - alpha


@given(COUNTS)
def test_bounds_bracket_the_ratio(counts: tuple[int, int]) -> None:
    good, total = counts
    interval = exact_interval(good, total)
    assert 0 <= interval.low <= good / total <= interval.high <= 1
    assert interval.low < interval.high


@given(COUNTS)
def test_at_its_bound_what_was_seen_has_just_the_probability_alpha(counts: tuple[int, int]) -> None:
    good, total = counts
    interval = exact_interval(good, total)
    if good > 0:
        assert binom.sf(good - 1, total, interval.low) == pytest.approx(ALPHA, rel=1e-6)
    if good < total:
        assert binom.cdf(good, total, interval.high) == pytest.approx(ALPHA, rel=1e-6)


@given(COUNTS)
def test_one_more_good_request_raises_both_bounds(counts: tuple[int, int]) -> None:
    good, total = counts
    if good < total:
        fewer, more = exact_interval(good, total), exact_interval(good + 1, total)
        assert fewer.low < more.low
        assert fewer.high < more.high or more.high == 1


@given(COUNTS)
def test_the_bound_of_bad_mirrors_the_bound_of_good(counts: tuple[int, int]) -> None:
    good, total = counts
    assert exact_interval(good, total).low == pytest.approx(
        1 - exact_interval(total - good, total).high, abs=1e-12
    )


@pytest.mark.parametrize(("good", "total"), [(-1, 10), (11, 10), (0, 0)])
def test_impossible_counts_are_refused(good: int, total: int) -> None:
    with pytest.raises(ValueError, match="must be 0 <= good <= total"):
        exact_interval(good, total)


@pytest.mark.parametrize(
    ("target", "without_a_bad_one"),
    # ln 0.05 / ln target: the rule of three, without its rounding.
    [(0.95, 59), (0.99, 299), (0.999, 2995), (0.9995, 5990)],
)
def test_without_a_bad_one_the_needed_number_is_that_of_the_closed_form(
    target: float, without_a_bad_one: int
) -> None:
    assert needed_events(0, 0, target).events == without_a_bad_one
    assert needed_events(100, 100, target).events == max(without_a_bad_one - 100, 0)
    assert exact_interval(without_a_bad_one, without_a_bad_one).low >= target
    assert exact_interval(without_a_bad_one - 1, without_a_bad_one - 1).low < target


def test_at_the_present_ratio_so_many_more_prove_it() -> None:
    need = needed_events(9_995, 10_000, 0.999)
    assert need.at_present_ratio
    # Twice 5 of 10,000 proves 99.9%; 5 of 10,000 does not.
    assert exact_interval(9_995, 10_000).low < 0.999
    assert exact_interval(19_990, 20_000).low >= 0.999
    assert 0 < need.events <= 10_000


def test_below_the_target_only_good_ones_help() -> None:
    need = needed_events(95, 100, 0.99)
    assert not need.at_present_ratio
    assert exact_interval(95 + need.events, 100 + need.events).low >= 0.99
    assert exact_interval(95 + need.events - 1, 100 + need.events - 1).low < 0.99


@given(COUNTS, st.sampled_from([0.9, 0.95, 0.99, 0.999, 0.9995]))
def test_what_is_needed_suffices_and_less_does_not(counts: tuple[int, int], target: float) -> None:
    good, total = counts
    need = needed_events(good, total, target)
    if need.events == 0:
        assert exact_interval(good, total).low >= target
    elif not need.at_present_ratio:
        assert exact_interval(good + need.events, total + need.events).low >= target
        assert exact_interval(good + need.events - 1, total + need.events - 1).low < target


@pytest.mark.parametrize("target", [0, 1, 99.9])
def test_a_target_that_is_no_ratio_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="0 < target < 1"):
        needed_events(1, 1, target)
