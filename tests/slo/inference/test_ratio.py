"""Bounds where failures come in bursts, and the test that tells whether they do."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slo.inference.block_counts import BlockCounts, block_seconds
from slo.inference.dispersion import Dispersion, dispersion
from slo.inference.independence import independence_test as independence
from slo.inference.ratio import CLUSTERED, EXACT, infer, more_needed, spread_of

SECONDS = 600
RATE = 20


def series(bad_at: Callable[[np.ndarray], np.ndarray]) -> BlockCounts:
    seconds = np.arange(SECONDS)
    total = np.full(SECONDS, RATE)
    return BlockCounts.of_series(total, np.asarray(bad_at(seconds), dtype=np.int64))


def burst(first: int, last: int, bad: int = RATE) -> BlockCounts:
    return series(lambda at: np.where((at >= first) & (at < last), bad, 0))


def sums(counts: BlockCounts) -> tuple[int, int]:
    return int(counts.total.sum() - counts.bad.sum()), int(counts.total.sum())


def test_failures_spread_evenly_are_independent() -> None:
    even = series(lambda at: at % 60 == 7)
    assert independence(even).holds
    assert spread_of(even) is None
    assert infer(*sums(even), spread_of(even)).method == EXACT


def test_failures_of_one_incident_are_not() -> None:
    one = burst(100, 103)
    assert independence(one).p_value < 1e-6
    spread = spread_of(one)
    assert spread is not None
    assert spread.bursts == pytest.approx(1, abs=0.1)
    assert infer(*sums(one), spread).method == CLUSTERED.format(block_s=spread.block_s)


def test_a_burst_in_a_run_of_a_few_seconds_is_a_burst() -> None:
    bad = np.array([0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0], dtype=np.int64)
    short = BlockCounts.of_series(np.full(len(bad), 10_000, dtype=np.int64), bad)
    assert not independence(short).holds
    assert infer(*sums(short), None).low > 0.999
    assert infer(*sums(short), spread_of(short)).low < 0.999


def test_the_test_is_wrong_as_often_as_it_says() -> None:
    chance = np.random.default_rng(7)
    total = np.full(SECONDS, RATE)
    said = [
        independence(BlockCounts.of_series(total, chance.binomial(total, ratio))).holds
        for ratio in (0.0005, 0.005, 0.05, 0.4)
        for _ in range(100)
    ]
    assert np.mean(said) >= 0.92  # 95% but for chance: 2.7 standard errors


def test_a_busy_hour_is_not_a_burst_of_failures() -> None:
    # Twice the requests, twice the failures: the ratio is one and the same.
    total = np.where(np.arange(SECONDS) < SECONDS // 2, RATE, 10 * RATE)
    chance = np.random.default_rng(3)
    assert independence(BlockCounts.of_series(total, chance.binomial(total, 0.02))).holds


def test_the_plans_own_faults_are_not_chance() -> None:
    bad = np.where((np.arange(SECONDS) >= 200) & (np.arange(SECONDS) < 260), RATE, 0)
    total = np.full(SECONDS, RATE)
    whole = BlockCounts.of_series(total, bad)
    stratum = np.digitize(np.arange(SECONDS), [200, 260])
    planned = BlockCounts(1.0, stratum, np.arange(SECONDS), total, bad)
    assert spread_of(whole) is not None
    assert spread_of(planned) is None
    # As one accident, nobody knows; as the plan's choice, it is a tenth of all requests.
    assert infer(*sums(whole), spread_of(whole)).high > 0.98
    assert infer(*sums(planned), spread_of(planned)).high < 0.91


@pytest.mark.parametrize("seconds", [2, 5, 20])
def test_one_incident_proves_little_in_either_direction(seconds: int) -> None:
    one = burst(100, 100 + seconds)
    good, total = sums(one)
    wide, naive = infer(good, total, spread_of(one)), infer(good, total, None)
    assert wide.low < naive.low < good / total < naive.high < wide.high
    bad = 1 - good / total
    # Seen once, an incident may well come ten times as often, or hardly ever.
    assert 1 - wide.low > 10 * bad
    assert 1 - wide.high < bad / 10


def test_more_incidents_of_one_size_narrow_the_bounds() -> None:
    few = series(lambda at: np.where(at % 200 < 4, RATE // 2, 0))
    many = series(lambda at: np.where(at % 50 < 1, RATE // 2, 0))
    assert sums(few) == sums(many)
    assert infer(*sums(few), spread_of(few)).low < infer(*sums(many), spread_of(many)).low


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0.0005, 0.6))
def test_bounds_bracket_the_ratio_and_are_never_narrower_than_exact_ones(seed: int, ratio: float) -> None:
    chance = np.random.default_rng(seed)
    total = chance.poisson(5, 300)
    troubled = chance.random(300) < 0.05
    bad = chance.binomial(total, np.where(troubled, ratio, ratio / 50))
    counts = BlockCounts.of_series(total, bad)
    good, requests = sums(counts)
    spread = dispersion(counts)
    assert spread is not None
    wide, exact = infer(good, requests, spread), infer(good, requests, None)
    assert 0 <= wide.low <= exact.low + 1e-9 <= good / requests + 1e-9
    assert good / requests - 1e-9 <= exact.high - 1e-9 <= wide.high <= 1


def test_bursts_need_more_requests_than_single_failures() -> None:
    counts = series(lambda at: np.where(at % 150 == 3, 3, 0))
    good, total = sums(counts)
    spread = spread_of(counts)
    assert spread is not None
    alone, bursts = more_needed(good, total, 0.998), more_needed(good, total, 0.998, spread)
    assert bursts.at_present_ratio
    assert bursts.events > alone.events
    factor = (total + bursts.events) / total
    more = infer(round(good * factor), round(total * factor), spread.over(factor))
    assert more.low >= 0.998 - 1e-6


def test_one_block_tells_nothing_of_bursts() -> None:
    counts = BlockCounts.of_series(np.full(1, RATE), np.full(1, RATE // 2))
    assert dispersion(counts) is None
    assert spread_of(counts) is None


def test_coarser_blocks_keep_every_request_and_never_join_strata() -> None:
    counts = BlockCounts(
        1.0,
        np.array([0, 0, 0, 1, 1]),
        np.array([0, 1, 2, 3, 4]),
        np.array([5, 5, 5, 7, 7]),
        np.array([1, 0, 2, 0, 3]),
    )
    twice = counts.coarser()
    assert twice.block_s == 2
    assert twice.stratum.tolist() == [0, 0, 1, 1]
    assert twice.total.tolist() == [10, 5, 7, 7]
    assert twice.bad.tolist() == [1, 2, 0, 3]


@pytest.mark.parametrize(("span_s", "seconds"), [(0, 1), (16_384, 1), (16_385, 2), (30 * 86_400, 256)])
def test_a_long_run_is_cut_into_longer_blocks(span_s: float, seconds: int) -> None:
    assert block_seconds(span_s) == seconds


def test_a_spread_over_a_longer_run_grows_with_it() -> None:
    assert Dispersion(40.0, 4.0, 3.0, 2.0).over(2) == Dispersion(80.0, 4.0, 6.0, 2.0)
