"""Requests of one objective in blocks of time that lie on the clock: what every source of a month comes
to."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from slo.counting import Tally
from slo.inference.block_counts import MOST_BLOCKS, BlockCounts, Counts
from slo.months.grid import Mask
from slo.promise import Objective
from slo.slices import count_slices

_NS_PER_S = 1_000_000_000
_LENGTHS_S = (1, 2, 4, 12, 60)
"""Divisors of a minute, each of the next: such blocks, counted from 1970 on, straddle no minute, so no day
and no maintenance either, and finer ones can be made coarser ones."""
CALM = 0
"""The stratum of all that was recorded while nothing was broken: whatever run it is of, its failures are
chance."""


@dataclass(frozen=True, slots=True, eq=False)
class ObjectiveBlocks:
    """A row a block that has requests; several rows may be of one block."""

    block_ns: int
    stratum: Counts
    block: Counts
    """Since 1970."""
    total: Counts
    good: Counts
    unknown: Counts
    """Of which nobody can tell whether they are good."""

    @property
    def start_ns(self) -> Counts:
        """When each block begins."""
        return self.block * self.block_ns

    def chosen(self, mask: Mask) -> "ObjectiveBlocks":
        """Only these rows."""
        return ObjectiveBlocks(
            self.block_ns,
            self.stratum[mask],
            self.block[mask],
            self.total[mask],
            self.good[mask],
            self.unknown[mask],
        )


def block_length_ns(seconds: float, objective: Objective) -> int:
    """The finest blocks for evidence of so many seconds that are few enough, and cut no slice."""
    length_s = next((one for one in _LENGTHS_S if seconds / one <= MOST_BLOCKS), _LENGTHS_S[-1])
    if objective.slices is None:
        return length_s * _NS_PER_S
    return gcd(length_s * _NS_PER_S, round(objective.slices.length_s * _NS_PER_S))


def joined(parts: Sequence[ObjectiveBlocks], block_ns: int) -> ObjectiveBlocks:
    """All parts as one, in blocks of `block_ns`, of which theirs are parts, ordered by stratum and block.

    What was recorded in calm is one stratum; every other one stays apart from those of other parts.
    """
    strata: list[Counts] = []
    taken = CALM + 1
    for part in parts:
        known, position = np.unique(part.stratum, return_inverse=True)
        fresh = np.where(known == CALM, CALM, np.arange(taken, taken + len(known)))
        taken += len(known)
        strata.append(fresh[position])
    stratum = _together(strata)
    block = _together([part.start_ns // block_ns for part in parts])
    order = np.lexsort((block, stratum))
    stratum, block = stratum[order], block[order]
    fresh_rows = np.ones(len(block), dtype=bool)
    fresh_rows[1:] = (block[1:] != block[:-1]) | (stratum[1:] != stratum[:-1])
    starts = np.flatnonzero(fresh_rows)

    def summed(columns: Sequence[Counts]) -> Counts:
        return np.add.reduceat(_together(columns)[order], starts) if len(starts) else _together(())

    return ObjectiveBlocks(
        block_ns,
        stratum[starts],
        block[starts],
        total=summed([part.total for part in parts]),
        good=summed([part.good for part in parts]),
        unknown=summed([part.unknown for part in parts]),
    )


def tally_blocks(blocks: ObjectiveBlocks, objective: Objective) -> Tally:
    """What they come to: requests, or the slices of time that the objective counts."""
    if not len(blocks.block):
        return Tally(0, 0)
    first_ns, last_ns = int(blocks.start_ns.min()), int(blocks.start_ns.max())
    if objective.slices is not None:
        slice_ns = round(objective.slices.length_s * _NS_PER_S)
        counts = count_slices(
            objective.slices,
            blocks.stratum,
            blocks.start_ns // slice_ns,
            blocks.total,
            blocks.good,
            blocks.unknown,
        )
        return Tally.of_slices(counts, first_ns, last_ns)
    bad = blocks.total - blocks.good - blocks.unknown
    return Tally(
        good=int(blocks.good.sum()),
        total=int(blocks.total.sum()),
        first_intended_ns=first_ns,
        last_intended_ns=last_ns,
        unknown=int(blocks.unknown.sum()),
        blocks=BlockCounts(blocks.block_ns / _NS_PER_S, blocks.stratum, blocks.block, blocks.total, bad),
        unknown_by_block=blocks.unknown,
    )


def _together(columns: Sequence[Counts]) -> Counts:
    return np.concatenate([np.zeros(0, np.int64), *columns]).astype(np.int64)
