"""Slices of time instead of requests."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.verdict_record import Verdict
from slo.counting import Tally
from slo.inference.any_time import AnyTime
from slo.inference.block_counts import Counts
from slo.promise import Indicator, Objective, Slices
from slo.slices import PARTS, SliceCounts, count_slices
from slo.verdicts import Question, judge

MINUTES = Slices(60.0, 0.95)
OBJECTIVE = Objective("web", "web", Indicator.AVAILABILITY, 0.9, slices=MINUTES)


def counted(slices: Slices, *of_slices: tuple[int, int, int]) -> SliceCounts:
    good, total, unknown = (np.array(column, dtype=np.int64) for column in zip(*of_slices, strict=True))
    return count_slices(slices, np.zeros_like(good), np.arange(len(good)), total, good, unknown)


def tally(counts: SliceCounts) -> Tally:
    return Tally(
        counts.good,
        counts.total,
        unknown=counts.unknown,
        blocks=counts.blocks,
        parts=counts.parts,
        unknown_by_block=counts.unknown_by_block,
    )


def test_a_slice_is_good_from_its_target_on_however_many_requests_it_has() -> None:
    counts = counted(MINUTES, (95, 100, 0), (94, 100, 0), (1, 1, 0), (0, 1, 0), (19, 20, 0))
    assert (counts.good, counts.total, counts.parts) == (3, 5, 1)


def test_rows_of_one_slice_are_one_slice() -> None:
    one: Counts = np.array([7, 7], dtype=np.int64)
    stratum = np.array([0, 1])
    counts = count_slices(MINUTES, stratum, one, np.array([10, 90]), np.array([5, 90]), np.array([0, 0]))
    assert (counts.good, counts.total) == (1, 1)


def test_a_slice_that_unknown_latencies_decide_is_unknown() -> None:
    counts = counted(MINUTES, (94, 100, 1), (94, 100, 0), (95, 100, 5))
    assert (counts.good, counts.total, counts.unknown) == (1, 3, 1)


def test_ratios_of_slices_count_the_same_however_many_requests_they_have() -> None:
    # OpenSLO: an average of all slices' success ratios. One request of one, and 50 of 100: 75%.
    counts = counted(Slices(60.0, None), (1, 1, 0), (50, 100, 0))
    assert counts.good / counts.total == pytest.approx(0.75)
    assert counts.total == 2 * PARTS


def test_a_verdict_on_slices_says_slices() -> None:
    good = counted(MINUTES, *[(100, 100, 0)] * 29)
    judged = judge(OBJECTIVE, tally(good))
    assert judged.verdict is Verdict.MET  # 0.9^29 < 5%
    assert judged.reason.startswith("100.00% of 29 slices of 60 s were good")
    few = judge(OBJECTIVE, tally(counted(MINUTES, *[(100, 100, 0)] * 28)))
    assert few.verdict is Verdict.NOT_PROVEN
    assert few.needs == "needs 1 more slice of 60 s without a bad one"


@pytest.mark.parametrize("slices", [28, 29])
def test_parts_of_a_slice_are_no_evidence_of_their_own(slices: int) -> None:
    objective = replace(OBJECTIVE, slices=Slices(60.0, None))
    judged = judge(objective, tally(counted(Slices(60.0, None), *[(100, 100, 0)] * slices)))
    assert judged.verdict is (Verdict.MET if slices == 29 else Verdict.NOT_PROVEN)


def test_a_mean_of_slices_is_judged_by_how_they_differ() -> None:
    objective = replace(OBJECTIVE, slices=Slices(60.0, None))
    even = counted(Slices(60.0, None), *[(92, 100, 0)] * 1024)
    uneven = counted(Slices(60.0, None), *[(100, 100, 0)] * 768, *[(68, 100, 0)] * 256)
    assert even.good == uneven.good
    assert judge(objective, tally(even)).verdict is Verdict.MET
    assert judge(objective, tally(uneven)).verdict is Verdict.NOT_PROVEN


@pytest.mark.parametrize("question", ["inference", AnyTime(0.0), AnyTime(600.0)])
def test_slices_that_lost_little_prove_no_more_than_perfect_ones(question: Question) -> None:
    """The next one may be lost whole, as that of perfect ones may."""
    objective = replace(OBJECTIVE, slices=Slices(60.0, None))
    for of_slice in ((100, 100, 0), (99, 100, 0)):
        judged = judge(objective, tally(counted(Slices(60.0, None), *[of_slice] * 24)), question)
        assert judged.verdict is Verdict.NOT_PROVEN


def test_what_a_mean_needs_is_enough() -> None:
    objective = replace(OBJECTIVE, slices=Slices(60.0, None))
    judged = judge(objective, tally(counted(Slices(60.0, None), *[(92, 100, 0)] * 64)))
    assert judged.needs is not None
    more = int(judged.needs.removeprefix("needs ").split()[0].replace(",", ""))

    def verdict(number: int) -> Verdict:
        return judge(objective, tally(counted(Slices(60.0, None), *[(92, 100, 0)] * number))).verdict

    assert (verdict(64 + more), verdict(64 + more // 2)) == (Verdict.MET, Verdict.NOT_PROVEN)


def test_too_few_slices_tell_nothing_of_how_they_differ() -> None:
    objective = replace(OBJECTIVE, slices=Slices(60.0, None))
    two = counted(Slices(60.0, None), *[(99, 100, 0)] * 2)
    assert judge(objective, tally(two)).verdict is Verdict.NOT_PROVEN


def test_slices_that_are_unknown_are_bad_where_they_are() -> None:
    slices = Slices(60.0, None)
    unsure = [(60, 100, 40)] * 8
    rows = [(100, 100, 0)] * 56 + unsure
    counts = counted(slices, *rows)
    worst = tally(counts).were_unknown(good=False)
    assert worst.blocks is not None
    assert int(worst.blocks.bad.sum()) == worst.bad == 8 * 40 * PARTS // 100


def test_of_one_slice_nobody_knows_how_often_they_come() -> None:
    one = replace(tally(counted(MINUTES, (100, 100, 0))), first_intended_ns=0, last_intended_ns=30 * 10**9)
    assert judge(OBJECTIVE, one).needs == "needs 28 more slices of 60 s without a bad one"
