"""Worked examples of others, to the last digit that they give.

Beyer et al., The Site Reliability Workbook (2018): chapter 2, Implementing SLOs; chapter 5, Alerting on
SLOs; appendix B, Example Error Budget Policy. The windows that Sloth (google-30d.yaml) and Pyrra
(slo/rules.go) ship.
"""

from math import ceil, inf

import numpy as np
import pytest

from evidence.verdict_record import Verdict
from slo.budget.burn import budget_ratio, burn_rate, detection_s, exhausted_after_s, spent_share, threshold_of
from slo.budget.policy import policy_due, read_policy
from slo.budget.replay import WORKBOOK_RULES, BurnRule, Firing, Series, replay
from slo.counting import Tally
from slo.promise import Indicator, Objective
from slo.verdicts import budget, judge

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
MONTH, FOUR_WEEKS = 30 * DAY, 28 * DAY
SLO = 0.999
REQUESTS, SUCCESSFUL = 3_663_253, 3_557_865


def incident(share: float, lasts_s: float, seconds: float, block_s: float = 1.0) -> Series:
    """From the first second on, that share of 1,000 requests a block is bad."""
    blocks = round(seconds / block_s)
    bad = np.zeros(blocks, np.int64)
    bad[: round(lasts_s / block_s)] = round(1000 * share)
    return Series(block_s, np.full(blocks, 1000, np.int64), bad, 0)


def fired(rule: BurnRule, series: Series) -> Firing:
    (firing,) = replay(series, SLO, (rule,))
    return firing


# Chapter 2.


def test_the_api_of_the_example_keeps_its_starter_objective() -> None:
    objective = Objective("api", "api", Indicator.AVAILABILITY, 0.97)
    told = judge(objective, Tally(SUCCESSFUL, REQUESTS), "window")
    assert told.verdict is Verdict.MET
    assert f"{SUCCESSFUL / REQUESTS:.3%}" == "97.123%"
    assert told.reason == (
        "97.12% of 3,663,253 requests were good, 97% is promised: 105,388 bad where 109,897 are allowed"
    )


@pytest.mark.parametrize(
    ("target", "requests", "allowed"),
    [
        # Table 2-4: 97% availability, 90% within 450 ms, 99% within 900 ms.
        (0.97, REQUESTS, 109_897),
        (0.90, REQUESTS, 366_325),
        (0.99, REQUESTS, 36_632),
        # 99.9% of three million requests; appendix B: of a million.
        (0.999, 3_000_000, 3000),
        (0.999, 1_000_000, 1000),
    ],
)
def test_failures_that_are_allowed(target: float, requests: int, allowed: int) -> None:
    assert int(budget(Objective("api", "api", Indicator.AVAILABILITY, target), requests)) == allowed


@pytest.mark.parametrize(
    ("errors", "allowed", "percent"),
    # A bad release, a lost database server; 1,500 errors of three million requests at 99.9%.
    [(14_066, 109_897, 13), (72_000, 109_897, 65.5), (1500, 3000, 50)],
)
def test_shares_of_the_budget_that_incidents_cost(errors: int, allowed: int, percent: float) -> None:
    # The book has 65% for the second.
    assert round(errors / allowed * 100, 1 if percent % 1 else None) == percent


# Appendix B.


def test_an_incident_of_more_than_a_fifth_of_the_budget_asks_for_a_postmortem() -> None:
    policy = read_policy(
        {"stormproof/budget-spent-20": "a postmortem", "stormproof/budget-spent-100": "a freeze"}
    )
    assert policy_due(policy, 199 / 1000) is None
    assert [policy_due(policy, errors / 1000).action for errors in (201, 999, 1000)] == [  # type: ignore[union-attr]  # it is there
        "a postmortem",
        "a postmortem",
        "a freeze",
    ]


# Chapter 5: target error rate over ten minutes (table 5-1).


def test_ten_minutes_at_the_target_alert_and_cost_next_to_nothing() -> None:
    rule = BurnRule("10m", "page", 1.0, (600.0,), op="gte")
    assert fired(rule, incident(0.001, 600, 1200)).from_s == 600
    assert f"{spent_share(1, 10 * MINUTE, MONTH):.2%}" == "0.02%"
    assert DAY / (10 * MINUTE) == 144
    assert round(detection_s(SLO, 1.0, 10 * MINUTE), 6) == 0.6


# Over 36 hours (table 5-2).


def test_a_long_window_detects_late_and_resets_after_a_day_and_a_half() -> None:
    assert threshold_of(0.05, 36 * HOUR, MONTH) == pytest.approx(1)
    assert ceil(detection_s(SLO, 1.0, 36 * HOUR) / 10) * 10 == 2 * 60 + 10
    firing = fired(BurnRule("36h", "page", 1.0, (36 * HOUR,)), incident(1.0, 140, 40 * HOUR, block_s=10))
    assert firing.from_s == 130
    assert firing.to_s is not None
    assert round((firing.to_s - 140) / HOUR) == 36


# With a duration (table 5-3).


@pytest.mark.parametrize("share", [1.0, 0.002])
def test_a_duration_takes_as_long_whatever_fails(share: float) -> None:
    rule = BurnRule("for 1h", "page", 1.0, (MINUTE,), for_s=HOUR)
    assert HOUR <= fired(rule, incident(share, 2 * HOUR, 2 * HOUR)).from_s <= HOUR + MINUTE


def test_an_outage_of_an_hour_spends_140_percent() -> None:
    assert round(spent_share(1000, HOUR, MONTH), 1) == 1.4


def test_spikes_every_ten_minutes_reset_a_duration() -> None:
    spikes = incident(0, 0, 6 * HOUR)
    for start in range(0, len(spikes.bad), 600):
        spikes.bad[start : start + 60] = 1000
    assert replay(spikes, SLO, (BurnRule("for 1h", "page", 1.0, (MINUTE,), for_s=HOUR),)) == ()


# On a burn rate (tables 5-4, 5-5).


@pytest.mark.parametrize(
    ("burn", "error_ratio", "lasts", "unit_s"),
    [(1, 0.001, 30, DAY), (2, 0.002, 15, DAY), (10, 0.01, 3, DAY), (1000, 1.0, 43, MINUTE)],
)
def test_time_to_exhaustion(burn: float, error_ratio: float, lasts: int, unit_s: float) -> None:
    assert burn_rate(error_ratio * 1e6, 1e6, SLO) == pytest.approx(burn)
    assert int(exhausted_after_s(burn, MONTH) / unit_s) == lasts


def test_five_percent_in_an_hour() -> None:
    assert threshold_of(0.05, HOUR, MONTH) == pytest.approx(36)
    assert spent_share(36, HOUR, MONTH) == pytest.approx(0.05)
    firing = fired(BurnRule("1h", "page", 36.0, (HOUR,)), incident(1.0, HOUR, 3 * HOUR))
    assert firing.to_s is not None
    assert round((firing.to_s - HOUR) / MINUTE) == 58


def test_35_times_is_never_seen_and_spends_all_in_20_hours_and_a_half() -> None:
    assert detection_s(SLO, 0.035, HOUR, threshold=36) == inf
    assert replay(incident(0.035, 3 * HOUR, 3 * HOUR), SLO, (BurnRule("1h", "page", 36.0, (HOUR,)),)) == ()
    assert int(exhausted_after_s(35, MONTH) / HOUR * 10) / 10 == 20.5


# Several burn rates, several windows (tables 5-6, 5-8).


@pytest.mark.parametrize(
    ("share", "window_s", "burn"), [(0.02, HOUR, 14.4), (0.05, 6 * HOUR, 6), (0.10, 3 * DAY, 1)]
)
def test_recommended_burn_rates(share: float, window_s: float, burn: float) -> None:
    assert threshold_of(share, window_s, MONTH) == pytest.approx(burn, rel=1e-12)
    assert spent_share(burn, window_s, MONTH) == pytest.approx(share, rel=1e-12)


def test_recommended_parameters_are_those_that_are_replayed() -> None:
    assert [(one.severity, *one.windows_s, one.threshold) for one in WORKBOOK_RULES] == [
        ("page", HOUR, 5 * MINUTE, 14.4),
        ("page", 6 * HOUR, 30 * MINUTE, 6),
        ("ticket", 3 * DAY, 6 * HOUR, 1),
    ]
    assert all(one.windows_s[0] == 12 * one.windows_s[1] for one in WORKBOOK_RULES)


def test_fifteen_percent_for_ten_minutes_fire_after_five_and_reset_after_five() -> None:
    fast = WORKBOOK_RULES[0]
    firing = fired(fast, incident(0.15, 600, 2 * HOUR))
    assert firing.to_s is not None
    assert int(firing.from_s / MINUTE) == 5
    assert ceil((firing.to_s - 600) / MINUTE) == 5
    (short,) = replay(incident(0.15, 600, HOUR), SLO, (BurnRule("5m", "page", 14.4, (5 * MINUTE,)),))
    assert short.from_s < MINUTE
    long = fired(BurnRule("1h", "page", 14.4, (HOUR,)), incident(0.15, 600, 2 * HOUR))
    assert long.to_s is not None
    assert 54 <= (long.to_s - 600) / MINUTE <= 60  # the book rounds it to the whole window


# Services of little traffic, and of extreme objectives.


def test_one_failure_of_ten_requests_an_hour() -> None:
    allowed = budget(Objective("small", "small", Indicator.AVAILABILITY, SLO), 10 * 24 * 30)
    assert int(allowed) == 7
    assert f"{1 / allowed:.1%}" == "13.9%"
    # 10% against 0.1%: the book calls it 1,000 times, which is what a whole outage burns.
    assert burn_rate(1, 10, SLO) == pytest.approx(100)


def test_at_90_percent_no_outage_is_fast_enough_for_the_page() -> None:
    assert f"{spent_share(1 / budget_ratio(0.9), HOUR, MONTH):.1%}" == "1.4%"
    assert detection_s(0.9, 1.0, HOUR, threshold=14.4) == inf


def test_at_five_nines_an_outage_spends_all_in_26_seconds_and_in_43_minutes_where_1_percent_see_it() -> None:
    whole, canary = (exhausted_after_s(share / budget_ratio(0.99999), MONTH) for share in (1.0, 0.01))
    assert round(whole) == 26
    assert int(canary / MINUTE) == 43


# Other tools.


@pytest.mark.parametrize(
    ("percent", "long_s", "factor"),
    # Sloth, google-30d.yaml: page quick and slow, ticket quick and slow.
    [(2, HOUR, 14.4), (5, 6 * HOUR, 6), (10, DAY, 3), (10, 3 * DAY, 1)],
)
def test_windows_of_sloth(percent: float, long_s: float, factor: float) -> None:
    assert threshold_of(percent / 100, long_s, MONTH) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("factor", "lasting_s", "share"),
    # Pyrra's factors over 28 days, for an hour, six hours, a day, four days; 14 spends half of it in a day.
    [(14, HOUR, 1 / 48), (7, 6 * HOUR, 1 / 16), (2, DAY, 1 / 14), (1, 4 * DAY, 1 / 7), (14, DAY, 1 / 2)],
)
def test_factors_of_pyrra(factor: float, lasting_s: float, share: float) -> None:
    assert spent_share(factor, lasting_s, FOUR_WEEKS) == pytest.approx(share)
    assert threshold_of(share, lasting_s, FOUR_WEEKS) == pytest.approx(factor)
