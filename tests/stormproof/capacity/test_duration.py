"""How long a probe must be."""

import pytest

from slo.objective import Indicator, Objective
from stormproof.capacity.duration import probe_duration_s


def objective(target: float, tier: str | None = None) -> Objective:
    return Objective("one", "service", Indicator.AVAILABILITY, target, tier=tier)


def test_it_is_long_enough_for_the_strictest_objective() -> None:
    """ln(0.05) / ln(0.999) = 2,994.2 good requests prove 99.9%; half as many more, at 100/s."""
    found = probe_duration_s([objective(0.99), objective(0.999)], {None: 100.0}, least_s=10, most_s=100)
    assert found == pytest.approx(2995 * 1.5 / 100)


def test_a_tier_is_proven_by_its_own_requests() -> None:
    rates = {None: 1000.0, "free": 20.0}
    found = probe_duration_s([objective(0.99, "free")], rates, least_s=1, most_s=100)
    assert found == pytest.approx(299 * 1.5 / 20)


def test_it_stays_within_its_bounds() -> None:
    assert probe_duration_s([objective(0.5)], {None: 1000.0}, least_s=10, most_s=60) == 10
    assert probe_duration_s([objective(0.99999)], {None: 10.0}, least_s=10, most_s=60) == 60


def test_a_tier_that_sends_nothing_asks_for_no_time() -> None:
    assert probe_duration_s([objective(0.9999, "free")], {None: 10.0}, least_s=10, most_s=60) == 10
