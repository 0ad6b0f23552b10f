"""Objectives that count slices of time: good ones (Timeslices), or the mean of their ratios
(RatioTimeslices)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from slo.inference.block_counts import BlockCounts, Counts
from slo.promise import Slices

PARTS = 1_000_000
"""Into so many a slice is divided, where its ratio counts: a ratio is a share of whole parts."""


@dataclass(frozen=True, slots=True)
class SliceCounts:
    """Slices as if they were requests: `parts` to a slice."""

    good: int
    total: int
    unknown: int
    parts: int
    blocks: BlockCounts
    unknown_by_block: Counts


def count_slices(
    slices: Slices, stratum: Counts, block: Counts, total: Counts, good: Counts, unknown: Counts
) -> SliceCounts:
    """Count slices that have requests; `block` says which slice a row is of, several rows may be of one.

    A slice without requests is no evidence of anything. One is unknown where answers without a known latency
    decide.
    """
    position, first, inverse = _slices(block)
    requests, well, unsure = (np.zeros(len(position), np.int64) for _ in range(3))
    for sums, column in ((requests, total), (well, good), (unsure, unknown)):
        np.add.at(sums, inverse, column)
    if slices.target is None:
        parts = PARTS
        counted = np.full(len(position), PARTS, np.int64)
        unsure_parts = -(-unsure * PARTS // np.maximum(requests, 1))
        good_parts = np.minimum(well * PARTS // np.maximum(requests, 1), counted - unsure_parts)
    else:
        parts = 1
        counted = np.ones(len(position), np.int64)
        least = Fraction(Decimal(repr(slices.target)))
        good_parts = (well * least.denominator >= least.numerator * requests).astype(np.int64)
        at_best = ((well + unsure) * least.denominator >= least.numerator * requests).astype(np.int64)
        unsure_parts = at_best - good_parts
    bad = counted - good_parts - unsure_parts
    return SliceCounts(
        good=int(good_parts.sum()),
        total=int(counted.sum()),
        unknown=int(unsure_parts.sum()),
        parts=parts,
        blocks=BlockCounts(slices.length_s, stratum[first], position, counted, bad),
        unknown_by_block=unsure_parts,
    )


def _slices(block: Counts) -> tuple[Counts, Counts, Counts]:
    position, first, inverse = np.unique(block, return_index=True, return_inverse=True)
    return position, first, inverse
