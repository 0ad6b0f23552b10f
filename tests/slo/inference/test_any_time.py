"""What is still needed, for those who look at a run while it goes on."""

import re

import numpy as np
import pytest

from evidence.verdict_record import Verdict
from slo.counting import Tally
from slo.inference.any_time import AnyTime, any_time_interval, more_alike
from slo.inference.block_counts import BlockCounts
from slo.promise import Indicator, Objective
from slo.verdicts import judge

NS = 1_000_000_000


def counts(blocks: int, *, each: int = 10, bad_in_every: int = 0) -> BlockCounts:
    """So many seconds, of which every so many-th has a bad request."""
    number = np.arange(blocks)
    total = np.full(blocks, each)
    bad = (number % bad_in_every == bad_in_every - 1).astype(np.int64) if bad_in_every else 0 * number
    return BlockCounts(1.0, 0 * number, number, total, bad)


def tally(blocks: BlockCounts) -> Tally:
    total, bad = int(blocks.total.sum()), int(blocks.bad.sum())
    return Tally(total - bad, total, 0, len(blocks.block) * NS, blocks=blocks)


@pytest.mark.parametrize(("burst_s", "bad_in_every"), [(0.0, 0), (0.0, 50), (4.0, 0), (4.0, 50), (60.0, 0)])
def test_what_is_said_to_be_needed_is_enough_and_much_less_is_not(burst_s: float, bad_in_every: int) -> None:
    target, some = 0.99, counts(50, bad_in_every=bad_in_every)
    good, total = tally(some).good, tally(some).total
    assert any_time_interval(good, total, target, some, burst_s).low < target
    more = more_alike(good, total, target, some, burst_s)
    assert more is not None

    further_s = max(more.times * 50, more.least_s)

    def proven(times: float) -> bool:
        longer = counts(round(50 + further_s * times), bad_in_every=bad_in_every)
        whole = tally(longer)
        return any_time_interval(whole.good, whole.total, target, longer, burst_s).low >= target

    assert proven(1.1)
    assert not proven(0.5)


def test_bursts_longer_than_the_run_need_as_many_of_them() -> None:
    objective = Objective("available", "web", Indicator.AVAILABILITY, 0.95)
    judged = judge(objective, tally(counts(60)), AnyTime(1e6))
    assert judged.verdict is Verdict.NOT_PROVEN
    told = re.fullmatch(
        r"needs about ([\d,]+) more requests like these \(about (\d+) h at this rate\)", judged.needs or ""
    )
    assert told is not None
    assert int(told[1].replace(",", "")) > 10_000
    assert int(told[2]) * 3600 > 20 * 1e6


def test_what_no_more_of_the_same_would_prove_needs_better() -> None:
    objective = Objective("available", "web", Indicator.AVAILABILITY, 0.99)
    judged = judge(objective, tally(counts(100, bad_in_every=10)), AnyTime(4.0))
    assert judged.verdict is Verdict.NOT_PROVEN
    assert re.match(r"needs at least [\d,]+ more requests without a bad one", judged.needs or "")
