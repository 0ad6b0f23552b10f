"""Bounds that hold at every look: against what defines them, and against looking often."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.special import betaln

from slo.inference.any_time import any_time_interval
from slo.inference.block_counts import BlockCounts
from slo.inference.ratio import infer
from slo.inference.sequential import BETTING, MIXTURE, betting_interval, mixture_interval

ALPHA = 0.05


def test_at_its_bounds_the_capital_is_just_one_over_alpha() -> None:
    good, total, target = 4_990, 5_000, 0.999
    interval = mixture_interval(good, total, target, ALPHA)
    for ratio in (interval.low, interval.high):
        # The prior is beta(1, 999): 1,000 requests around the target.
        mixed = betaln(1 + 10, 999 + good) - betaln(1, 999)
        against = mixed - 10 * np.log1p(-ratio) - good * np.log(ratio)
        assert against == pytest.approx(np.log(1 / ALPHA), rel=1e-6)


@pytest.mark.parametrize(("good", "total"), [(5_000, 5_000), (4_990, 5_000), (100, 200), (0, 50)])
def test_holding_at_every_look_costs_width(good: int, total: int) -> None:
    once, always = infer(good, total, None), mixture_interval(good, total, 0.99, ALPHA)
    assert always.low < once.low or once.low == 0
    assert always.high > once.high or once.high == 1


def test_without_a_request_nothing_is_said() -> None:
    interval = any_time_interval(0, 0, 0.99, None, 0.0)
    assert (interval.low, interval.high) == (0.0, 1.0)


def test_looking_often_does_not_make_more_errors() -> None:
    chance = np.random.default_rng(11)
    wrong_once, wrong_always, runs = 0, 0, 200
    for _ in range(runs):
        bad = np.cumsum(chance.binomial(50, 0.01, 200))
        total = 50 * np.arange(1, 201)
        looks = range(9, 200, 10)
        wrong_once += any(infer(total[n] - bad[n], total[n], None).low > 0.99 for n in looks)
        wrong_always += any(
            mixture_interval(int(total[n] - bad[n]), int(total[n]), 0.99, ALPHA).low > 0.99 for n in looks
        )
    assert wrong_once / runs > 0.10  # what the sequence is for
    assert wrong_always / runs <= 0.05


def test_a_block_counts_once_however_many_of_its_requests_share_a_fate() -> None:
    counts = BlockCounts.of_series(np.full(400, 1000), np.zeros(400, np.int64))
    interval = any_time_interval(400_000, 400_000, 0.99, counts, 1.0)
    assert interval.method == BETTING.format(block_s=1.0)
    # No bad block among n proves alpha^(1/n) at best: 0.9925 for 400.
    assert 0.985 < interval.low < ALPHA ** (1 / 400)
    assert any_time_interval(400_000, 400_000, 0.99, counts, 0.0).method == MIXTURE


def test_failures_at_the_peak_count_with_each_of_their_requests() -> None:
    chance = np.random.default_rng(5)
    peak = np.arange(7200) // 600 % 5 == 4
    total = chance.poisson(np.where(peak, 200, 5))
    bad = chance.binomial(total, np.where(peak, 0.012, 0.0))
    counts = BlockCounts.of_series(total, bad)
    interval = betting_interval(counts, ALPHA)
    assert counts.bad.sum() / counts.total.sum() > 0.01 > (counts.bad / counts.total).mean() * 3
    assert interval.low < 1 - counts.bad.sum() / counts.total.sum() < interval.high


@pytest.mark.parametrize("rates", [(50, 50), (5, 200), (200, 5)])
def test_bets_are_wrong_no_more_often_than_they_say_at_whatever_rate(rates: tuple[int, int]) -> None:
    chance = np.random.default_rng(17)
    rate = np.repeat(rates, 100)
    wrong, runs = 0, 200
    for _ in range(runs):
        total = chance.poisson(rate)
        bad = np.where(chance.random(len(rate)) < 0.05, chance.binomial(total, 0.4), 0)  # bursts: 2% are bad
        looks = (BlockCounts.of_series(total[:n], bad[:n]) for n in range(20, 201, 20))
        wrong += any(betting_interval(one, ALPHA).low > 0.98 for one in looks)
    assert wrong / runs <= 0.05


@pytest.mark.parametrize("totals", [(4,) * 8, (1, 2, 4, 8, 16, 32, 64, 128), (9, 1, 9, 1, 30, 1, 9, 30)])
def test_bets_are_wrong_in_no_more_of_all_that_can_happen(totals: tuple[int, ...]) -> None:
    """Every course of blocks that are wholly good or bad, with its probability; a look after each block."""
    bad_ratio = 0.7

    @cache
    def is_wrong(course: tuple[int, ...]) -> bool:
        total = np.array(totals[: len(course)])
        counts = BlockCounts.of_series(total, total * np.array(course))
        return betting_interval(counts, ALPHA).low > 1 - bad_ratio

    wrong = sum(
        bad_ratio ** sum(course) * (1 - bad_ratio) ** (len(course) - sum(course))
        for course in product((0, 1), repeat=len(totals))
        if any(is_wrong(course[:looked]) for looked in range(1, len(totals) + 1))
    )
    assert wrong <= ALPHA


def test_bets_see_a_ratio_that_is_off() -> None:
    counts = BlockCounts.of_series(np.full(300, 10), np.full(300, 2))
    interval = betting_interval(counts, ALPHA)
    assert interval.low < 0.8 < interval.high
    assert interval.high - interval.low < 0.2


def test_blocks_are_as_long_as_bursts_are_said_to_be() -> None:
    counts = BlockCounts.of_series(np.full(300, 10), np.zeros(300, np.int64))
    assert any_time_interval(3000, 3000, 0.9, counts, 5.0).method == BETTING.format(block_s=8.0)
