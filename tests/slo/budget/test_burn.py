"""Burn rates: worked examples of the SRE workbook and of other tools, to the last digit that they give."""

from math import inf, isclose

import pytest

from slo.budget.burn import budget_ratio, burn_rate, detection_s, exhausted_after_s, spent_share, threshold_of
from slo.budget.projection import budget_minutes

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
MONTH = 30 * DAY


@pytest.mark.parametrize(
    ("burn", "error_ratio", "days"),
    # SRE workbook, chapter 5, table 5-4: burn rates and time to complete budget exhaustion, 99.9% over 30
    # days.
    [(1, 0.001, 30), (2, 0.002, 15), (10, 0.01, 3), (1000, 1.0, 0.03)],
)
def test_time_to_exhaustion(burn: float, error_ratio: float, days: float) -> None:
    assert burn_rate(error_ratio * 1e6, 1e6, 0.999) == pytest.approx(burn)
    assert exhausted_after_s(burn, MONTH) / DAY == pytest.approx(days)


def test_a_complete_outage_spends_a_month_in_43_minutes() -> None:
    # The same table: 1,000 times, 43 minutes.
    assert int(exhausted_after_s(1000, MONTH) / MINUTE) == 43


@pytest.mark.parametrize(
    ("share", "window_s", "burn"),
    # The workbook, table 5-6 (2%, 5%, 10%), and iteration 4: 5% of a budget in an hour is a burn rate of 36.
    [(0.02, HOUR, 14.4), (0.05, 6 * HOUR, 6), (0.10, 3 * DAY, 1), (0.05, HOUR, 36)],
)
def test_recommended_thresholds(share: float, window_s: float, burn: float) -> None:
    assert threshold_of(share, window_s, MONTH) == pytest.approx(burn, rel=1e-12)
    assert spent_share(burn, window_s, MONTH) == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize(
    ("window_s", "seconds"),
    # The workbook, iterations 1 and 2: a complete outage against 99.9% is seen after 0.6 s by an alert on ten
    # minutes, after 2 minutes 10 seconds by one on 36 hours.
    [(10 * MINUTE, 0.6), (36 * HOUR, 129.6)],
)
def test_detection_of_a_complete_outage(window_s: float, seconds: float) -> None:
    assert detection_s(0.999, 1.0, window_s) == pytest.approx(seconds)


def test_what_burns_too_slowly_is_never_detected() -> None:
    # The workbook, iteration 4: at a burn rate of 35 an alert at 36 never fires, and all is spent in 20.5
    # hours.
    assert detection_s(0.999, 0.035, HOUR, threshold=36) == inf
    assert exhausted_after_s(35, MONTH) / HOUR == pytest.approx(20.5, abs=0.08)


@pytest.mark.parametrize(
    ("target", "allowed"),
    # The workbook, chapter 2, Implementing SLOs: of 3,663,253 requests in four weeks.
    [(0.97, 109_897), (0.90, 366_325), (0.99, 36_632)],
)
def test_error_budgets_of_the_example_service(target: float, allowed: int) -> None:
    assert int(budget_ratio(target) * 3_663_253) == allowed


def test_availability_of_the_example_service() -> None:
    # The same: 3,557,865 of them went well, 97.123%.
    assert round(3_557_865 / 3_663_253 * 100, 3) == 97.123


@pytest.mark.parametrize(
    ("target", "window_s", "minutes"),
    [
        (0.9995, None, 21.9),  # the analysis, section 7.1
        (0.999, MONTH, 43.2),  # Rootly, What is an error budget: 43,200 x 0.001
        (0.9995, MONTH, 21.6),  # Site Reliability Engineering (2016), appendix A
    ],
)
def test_minutes_of_outage_that_a_target_allows(
    target: float, window_s: float | None, minutes: float
) -> None:
    told = budget_minutes(target) if window_s is None else budget_minutes(target, window_s)
    assert round(told, 1) == minutes


def test_what_remains_of_a_budget() -> None:
    # Datadog, Burn rate alerts: at 2 a 30-day budget lasts 15 days, at 3 ten.
    assert [exhausted_after_s(burn, MONTH) / DAY for burn in (2, 3)] == [15, 10]
    assert exhausted_after_s(0, MONTH) == inf
    assert burn_rate(0, 0, 0.99) is None
    assert isclose(burn_rate(5, 100, 0.95) or 0, 1.0)


@pytest.mark.parametrize("target", [0, 1, 99.9])
def test_a_target_that_is_no_ratio_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="0 < target < 1"):
        budget_ratio(target)
