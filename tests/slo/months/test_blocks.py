import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from slo.months.blocks import CALM, ObjectiveBlocks, block_length_ns, joined, tally_blocks
from slo.promise import Budgeting, Indicator, Objective, Slices

S = 1_000_000_000
OBJECTIVE = Objective("available", "shop", Indicator.AVAILABILITY, 0.99)


def sliced(length_s: float, target: float | None) -> Objective:
    budgeting = Budgeting.RATIO_TIMESLICES if target is None else Budgeting.TIMESLICES
    return Objective(
        "a", "b", Indicator.AVAILABILITY, 0.9, budgeting=budgeting, slices=Slices(length_s, target)
    )


def blocks(block_s: int, rows: list[tuple[int, int, int, int]]) -> ObjectiveBlocks:
    """Rows of stratum, block, total, good."""
    stratum, block, total, good = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return ObjectiveBlocks(block_s * S, stratum, block, total, good, np.zeros(len(rows), np.int64))


def test_blocks_are_the_finest_that_are_few_enough_and_cut_no_slice() -> None:
    assert block_length_ns(100, OBJECTIVE) == 1 * S
    assert block_length_ns(16_385, OBJECTIVE) == 2 * S
    assert block_length_ns(2_678_400, OBJECTIVE) == 60 * S
    assert block_length_ns(2_678_400, sliced(300, 0.9)) == 60 * S
    assert block_length_ns(2_678_400, sliced(30, 0.9)) == 30 * S


def test_runs_share_the_calm_stratum_and_keep_what_was_broken_apart() -> None:
    one = blocks(1, [(CALM, 5, 10, 10), (7, 6, 10, 0)])
    other = blocks(1, [(CALM, 5, 20, 15), (CALM, 90, 1, 1), (7, 91, 5, 5)])
    together = joined([one, other], 1 * S)
    assert together.stratum.tolist() == sorted(together.stratum.tolist())
    rows = zip(together.stratum.tolist(), together.block.tolist(), together.total.tolist(), strict=True)
    calm = [(block, total) for stratum, block, total in rows if stratum == CALM]
    assert calm == [(5, 30), (90, 1)]
    assert len(set(together.stratum.tolist())) == 3


def test_a_month_without_a_source_has_no_blocks() -> None:
    assert tally_blocks(joined([], 60 * S), OBJECTIVE).total == 0


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 500), st.integers(1, 9), st.integers(0, 1))),
        max_size=4,
    )
)
def test_joining_and_coarsening_lose_no_request(parts: list[list[tuple[int, int, int, int]]]) -> None:
    together = joined([blocks(1, part) for part in parts], 60 * S)
    rows = [row for part in parts for row in part]
    assert together.total.sum() == sum(row[2] for row in rows)
    assert together.good.sum() == sum(row[3] for row in rows)
    pairs = list(zip(together.stratum.tolist(), together.block.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert tally_blocks(together, OBJECTIVE).total == together.total.sum()


def test_slices_of_several_sources_are_the_same_slices_of_the_clock() -> None:
    one, other = (
        blocks(60, [(CALM, 0, 10, 10), (CALM, 4, 10, 10)]),
        blocks(60, [(CALM, 1, 20, 0), (CALM, 5, 9, 9)]),
    )
    counted = tally_blocks(joined([one, other], 60 * S), sliced(300, 0.9))
    assert (counted.good, counted.total) == (1, 2)
