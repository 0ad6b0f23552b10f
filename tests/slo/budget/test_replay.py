"""Alerts replayed over a run."""

import numpy as np
import pytest

from slo.budget.burn import detection_s
from slo.budget.replay import WORKBOOK_RULES, BurnRule, Firing, Series, replay, rule_of
from slo.inference.block_counts import BlockCounts
from slo.promise import BurnAlert

FAST, SLOW, LEAK = WORKBOOK_RULES
HOUR = 3600


def series(seconds: int, bad_ratio: float, first: int, last: int, rate: int = 1000) -> Series:
    total = np.full(seconds, rate, dtype=np.int64)
    bad = np.zeros(seconds, dtype=np.int64)
    bad[first:last] = round(rate * bad_ratio)
    return Series(1.0, total, bad, 0)


def test_the_rules_are_those_of_the_workbook() -> None:
    # Table 5-8.
    assert [(one.severity, one.threshold, one.windows_s) for one in WORKBOOK_RULES] == [
        ("page", 14.4, (3600, 300)),
        ("page", 6.0, (21_600, 1800)),
        ("ticket", 1.0, (259_200, 21_600)),
    ]


@pytest.mark.parametrize("bad_ratio", [1.0, 0.5, 0.1])
def test_an_outage_is_seen_when_the_formula_says(bad_ratio: float) -> None:
    outage = series(HOUR, bad_ratio, 600, 2400)
    (firing,) = replay(outage, 0.999, (FAST,))
    expected_s = 600 + detection_s(0.999, bad_ratio, HOUR, 14.4)
    assert expected_s < firing.from_s <= expected_s + 1
    # Five minutes later, less what 1.44% of them is, the short window is clear again.
    assert firing.to_s == pytest.approx(2400 + 300 * (1 - 0.0144 / bad_ratio), abs=1)


def test_a_slow_leak_pages_nobody() -> None:
    leak = series(2 * HOUR, 0.002, 0, 2 * HOUR)
    assert replay(leak, 0.999, (FAST, SLOW)) == ()


def test_the_first_failure_of_a_run_is_no_outage() -> None:
    # What came before the run is taken for healthy requests.
    assert replay(series(60, 0.01, 0, 1), 0.999, WORKBOOK_RULES) == ()


def test_what_still_fires_at_the_end_has_no_end() -> None:
    (firing,) = replay(series(HOUR, 1.0, 600, HOUR), 0.999, (FAST,))
    assert firing.to_s is None


def test_two_outages_fire_twice() -> None:
    twice = series(HOUR, 1.0, 600, 700)
    twice.bad[2400:2500] = 1000
    assert len(replay(twice, 0.999, (FAST,))) == 2


def test_an_alert_of_an_objective_waits_before_it_tells() -> None:
    alert = BurnAlert("errors", "critical", "gt", 1.0, 300.0, 300.0)
    one_percent = series(HOUR, 0.5, 600, 1200)
    at_once = BurnRule("at once", "critical", 1.0, (300.0,))
    assert rule_of(alert).for_s == 300
    (late,), (early,) = (replay(one_percent, 0.99, (rule,)) for rule in (rule_of(alert), at_once))
    assert late.from_s == early.from_s + 300
    short = series(HOUR, 0.5, 600, 601)
    assert replay(short, 0.99, (rule_of(alert),)) == ()


@pytest.mark.parametrize(("op", "fires"), [("gt", False), ("gte", True), ("lt", False), ("lte", True)])
def test_a_threshold_that_is_just_met(op: str, fires: bool) -> None:
    even = series(600, 0.01, 0, 600)
    rule = BurnRule("even", "page", 1.0, (1.0,), op=op)
    assert bool(replay(even, 0.99, (rule,))) == fires


def test_blocks_of_all_strata_are_one_series_and_gaps_are_empty() -> None:
    counts = BlockCounts(
        2.0, np.array([0, 0, 1]), np.array([4, 5, 7]), np.array([10, 20, 30]), np.array([1, 2, 3])
    )
    joined = Series.of(counts)
    assert (joined.total.tolist(), joined.bad.tolist(), joined.first_block) == (
        [10, 20, 0, 30],
        [1, 2, 0, 3],
        4,
    )
    assert Firing(FAST, 1.0, None).rule.severity == "page"
    assert LEAK.severity == "ticket"
