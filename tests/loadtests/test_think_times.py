"""Think times: their means are kept, and the seed decides."""

import random
from statistics import mean, stdev

import pytest

from loadtests.sessions.think_time import ThinkDistribution, ThinkTime


def drawn_s(think: ThinkTime, seed: int = 1) -> list[float]:
    source = random.Random(seed)  # noqa: S311 -- load, not secrets
    return [think.draw_s(source) for _ in range(20_000)]


@pytest.mark.parametrize("distribution", list(ThinkDistribution))
def test_the_mean_is_that_of_the_file_and_the_seed_decides(distribution: ThinkDistribution) -> None:
    think = ThinkTime(1.5, distribution)
    assert mean(drawn_s(think)) == pytest.approx(1.5, rel=0.03)
    assert min(drawn_s(think)) >= 0
    assert drawn_s(think) == drawn_s(think)


def test_each_distribution_spreads_in_its_own_way() -> None:
    constant, exponential, lognormal = (drawn_s(ThinkTime(2.0, one, 0.5)) for one in ThinkDistribution)
    assert set(constant) == {2.0}
    assert stdev(exponential) == pytest.approx(2.0, rel=0.05)
    assert stdev(lognormal) == pytest.approx(2.0 * 0.533, rel=0.05)  # sqrt(exp(sigma²) - 1)
