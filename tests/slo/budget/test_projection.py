"""From a game day to a month."""

import pytest

from evidence.verdict_record import FaultEffect, LedgerEntry
from slo.budget.projection import Frequency, InvalidFrequency, project, read_frequency

RATE = 50.0


def charged(cause: str, bad: int) -> LedgerEntry:
    return LedgerEntry("availability", {}, cause, bad, None)


def fault(experiment: str, identity: str, target: str = "redis-cache") -> FaultEffect:
    return FaultEffect(
        "refused", identity, f"chaos/experiments/{experiment}.yaml", target,
        *(True, True, 1, 2, 100, {}, {}, None, None, None),
    )  # fmt: skip


def test_a_fault_costs_its_minutes_as_often_as_it_comes() -> None:
    # 3,000 bad of 50 a second are a minute of outage; twice a month that is two of 21.9.
    (cost,) = project(
        [charged("redis-down", 3000)],
        [fault("redis-down", "redis-down.redis-cache.1")],
        (Frequency("redis-down", 2.0),),
        0.9995,
        RATE,
    )
    assert cost.outage_minutes == pytest.approx(1.0)
    assert cost.minutes_a_month == pytest.approx(2.0)
    assert round(cost.budget_minutes, 1) == 21.9
    assert cost.share_of_budget == pytest.approx(2 / 21.915)


def test_what_came_twice_in_the_run_is_counted_once_each() -> None:
    faults = [
        fault("redis-down", "redis-down.redis-cache.1"),
        fault("redis-down", "redis-down.redis-state.1", "redis-state"),
        fault("redis-down", "redis-down.redis-cache.2"),
    ]
    (cost,) = project([charged("redis-down", 6000)], faults, (Frequency("redis-down", 1.0),), 0.9995, RATE)
    assert cost.occurrences == 2
    assert cost.outage_minutes == pytest.approx(1.0)


def test_a_fault_that_cost_nothing_is_told_and_one_that_never_was_is_not() -> None:
    frequencies = (Frequency("redis-down", 1.0), Frequency("postgres-down", 1.0))
    (free,) = project([], [fault("redis-down", "redis-down.redis-cache.1")], frequencies, 0.9995, RATE)
    assert (free.cause, free.minutes_a_month) == ("redis-down", 0.0)
    assert project([charged("redis-down", 1)], [], frequencies, 0.9995, None) == ()


@pytest.mark.parametrize(
    ("written", "a_month"),
    [("a=2/month", 2.0), ("a=1/year", 1 / 12), ("a=1.5/week", 6.522), ("a=1/day", 30.4375)],
)
def test_frequencies_are_read(written: str, a_month: float) -> None:
    assert read_frequency(written).a_month == pytest.approx(a_month, rel=1e-3)


@pytest.mark.parametrize(
    "written", ["redis-down", "redis-down=2", "redis-down=-1/month", "=1/month", "a=1/hour"]
)
def test_what_is_no_frequency_is_refused(written: str) -> None:
    with pytest.raises(InvalidFrequency, match="as redis-down=2/month"):
        read_frequency(written)
