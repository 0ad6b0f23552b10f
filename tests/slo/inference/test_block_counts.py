"""Blocks of time, from the finest to the coarsest that tell anything."""

from itertools import islice

import numpy as np

from slo.inference.block_counts import LEAST_BLOCKS, BlockCounts


def counts_of(strata: int, blocks_each: int) -> BlockCounts:
    stratum = np.repeat(np.arange(strata), blocks_each)
    ones = np.ones(len(stratum), np.int64)
    return BlockCounts(1.0, stratum, np.arange(len(stratum)), ones * 10, ones)


def test_a_run_of_many_phases_has_an_end_of_levels() -> None:
    counts = counts_of(strata=LEAST_BLOCKS + 4, blocks_each=8)
    levels = list(islice(counts.levels(), 100))
    assert [level.block_s for level in levels] == [1, 2, 4]
    assert len(levels[-1].block) > LEAST_BLOCKS + 4


def test_phases_of_one_block_each_tell_nothing() -> None:
    assert not list(islice(counts_of(strata=LEAST_BLOCKS * 2, blocks_each=1).levels(), 100))


def test_a_run_of_few_blocks_is_told_as_fine_as_it_is() -> None:
    levels = list(islice(counts_of(strata=1, blocks_each=LEAST_BLOCKS - 1).levels(), 100))
    assert [level.block_s for level in levels] == [1]


def test_levels_of_one_stratum_go_on_while_there_are_enough() -> None:
    levels = list(islice(counts_of(strata=1, blocks_each=LEAST_BLOCKS * 4).levels(), 100))
    assert [len(level.block) for level in levels] == [LEAST_BLOCKS * 4, LEAST_BLOCKS * 2, LEAST_BLOCKS]
