"""Between which order statistics a percentile lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from slo.percentile import Ranks, bounding_ranks, needed_sample, supports

QUANTILES = st.sampled_from([0.5, 0.9, 0.95, 0.99, 0.999])


@pytest.mark.parametrize(
    ("count", "quantile", "alpha", "ranks"),
    [
        # Conover, Practical Nonparametric Statistics, table A3: the median of 20, 2.07% a side.
        (20, 0.5, 0.025, Ranks(6, 15)),
        # Wilks (Annals of Mathematical Statistics 12, 1941): 59 values for p95, of which the largest bounds
        # it.
        (59, 0.95, 0.05, Ranks(53, 59)),
        (58, 0.95, 0.05, Ranks(52, None)),
        # With two values to spare, 93 are needed.
        (93, 0.95, 0.05, Ranks(85, 92)),
        (0, 0.5, 0.05, Ranks(None, None)),
    ],
)
def test_ranks_are_those_of_published_tables(count: int, quantile: float, alpha: float, ranks: Ranks) -> None:
    assert bounding_ranks(count, quantile, alpha) == ranks


@given(st.integers(1, 20_000), QUANTILES)
def test_ranks_are_the_closest_that_are_wrong_often_enough_never(count: int, quantile: float) -> None:
    ranks = bounding_ranks(count, quantile)
    if ranks.low is not None:
        assert binom.cdf(ranks.low - 1, count, quantile) <= 0.05
        assert binom.cdf(ranks.low, count, quantile) > 0.05
    if ranks.high is not None:
        assert binom.cdf(ranks.high - 1, count, quantile) >= 0.95
        assert binom.cdf(ranks.high - 2, count, quantile) < 0.95


@given(st.integers(0, 20_000), QUANTILES)
def test_a_percentile_is_supported_where_a_value_bounds_it_from_above(count: int, quantile: float) -> None:
    assert supports(count, quantile) == (bounding_ranks(count, quantile).high is not None)
    assert supports(needed_sample(quantile), quantile)
    assert not supports(needed_sample(quantile) - 1, quantile)


@pytest.mark.parametrize(("count", "quantile"), [(10, 0.0), (10, 1.0), (-1, 0.5)])
def test_what_is_no_quantile_is_refused(count: int, quantile: float) -> None:
    with pytest.raises(ValueError, match="0 < quantile < 1"):
        bounding_ranks(count, quantile)
