"""Burn rates and budgets in minutes. The examples of the SRE workbook: test_workbook.py."""

from math import inf, isclose

import pytest

from slo.budget.burn import budget_ratio, burn_rate, exhausted_after_s
from slo.budget.projection import budget_minutes

DAY = 86_400.0
MONTH = 30 * DAY


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
    # At 10 against 99.9%, an error rate of 1%, three.
    assert [exhausted_after_s(burn, MONTH) / DAY for burn in (2, 3, 10)] == [15, 10, 3]
    assert exhausted_after_s(0, MONTH) == inf
    assert burn_rate(0, 0, 0.99) is None
    assert isclose(burn_rate(5, 100, 0.95) or 0, 1.0)


@pytest.mark.parametrize("target", [0, 1, 99.9])
def test_a_target_that_is_no_ratio_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="0 < target < 1"):
        budget_ratio(target)
