"""Requests and bad requests in consecutive blocks of time: what tells whether failures come in bursts."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Counts = NDArray[np.int64]

MOST_BLOCKS = 16_384
"""A run is cut into at most so many: finer ones tell nothing more of bursts, and a month stays quick."""
LEAST_BLOCKS = 16
"""Blocks are made no coarser than leaves so many: fewer hardly tell how much they differ by chance."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockCounts:
    """Counts of one objective, a row a block that has requests, ordered by stratum and block.

    A stratum is a stretch in which the experiment is one and the same: a phase, with the faults that were
    there. Strata are the plan's choice and not chance, so blocks are only compared within them.
    """

    block_s: float
    stratum: Counts
    block: Counts
    """Which block since the run began; equal numbers are the same stretch of time."""
    total: Counts
    bad: Counts

    @classmethod
    def of_series(cls, total: Counts, bad: Counts, block_s: float = 1.0) -> "BlockCounts":
        """One stratum of consecutive blocks."""
        present = total > 0
        positions = np.arange(len(total), dtype=np.int64)[present]
        return cls(block_s, np.zeros(len(positions), np.int64), positions, total[present], bad[present])

    def coarser(self) -> "BlockCounts":
        """The same in blocks of twice the length."""
        block = self.block // 2
        fresh = np.ones(len(block), dtype=bool)
        fresh[1:] = (block[1:] != block[:-1]) | (self.stratum[1:] != self.stratum[:-1])
        starts = np.flatnonzero(fresh)
        if not len(starts):
            return self
        return BlockCounts(
            self.block_s * 2,
            self.stratum[starts],
            block[starts],
            np.add.reduceat(self.total, starts),
            np.add.reduceat(self.bad, starts),
        )

    def levels(self) -> "Iterator[BlockCounts]":
        """Blocks of every length from the finest on, each twice the one before, while there are enough, and
        some stratum has more than one. The finest are told however few they are: a short run may have a
        burst, too.
        """
        level, strata = self, len(np.unique(self.stratum))
        while len(level.block) > strata and (level is self or len(level.block) >= LEAST_BLOCKS):
            yield level
            level = level.coarser()

    def per_stratum(self) -> "tuple[Counts, Counts, Counts]":
        """Which stratum each row is of, counted from 0; the total and the bad of each stratum."""
        _, position = np.unique(self.stratum, return_inverse=True)
        strata = int(position.max(initial=-1)) + 1
        total, bad = np.zeros(strata, np.int64), np.zeros(strata, np.int64)
        np.add.at(total, position, self.total)
        np.add.at(bad, position, self.bad)
        return position, total, bad


def block_seconds(span_s: float) -> int:
    """The length of the finest blocks for a run of `span_s`: 1 s, doubled until they are few enough."""
    seconds = 1
    while span_s / seconds > MOST_BLOCKS:
        seconds *= 2
    return seconds
