"""How much the bad requests of each cell come in bursts: what bounds of its shares have to allow for."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slo.evidence_view import Columns, Evidence
from slo.inference.block_counts import BlockCounts, Counts
from slo.inference.dispersion import Dispersion
from slo.inference.ratio import spread_of
from slo.sql import query

_BLOCK_S = 1.0


@dataclass(frozen=True, slots=True)
class Bursts:
    """Of one operation in one situation; None where nothing speaks against independent requests."""

    bad: Dispersion | None
    """Of requests that are not good."""
    late: Dispersion | None
    """Of those beyond the p99 that is promised."""


def bursts(evidence: Evidence) -> Mapping[tuple[str, str], Bursts]:
    """By situation and operation; the tables of the contract's stretches and limits are filled."""
    found = evidence.columns(query("contract_blocks"))
    named = list(zip(found["situation"].tolist(), found["operation"].tolist(), strict=True))
    return {
        cell: _bursts(found, np.array([one == cell for one in named], dtype=bool))
        for cell in dict.fromkeys(named)
    }


def _bursts(found: Columns, chosen: NDArray[np.bool_]) -> Bursts:
    def column(name: str) -> Counts:
        return np.asarray(found[name][chosen], dtype=np.int64)

    def spread(total: str, bad: str) -> Dispersion | None:
        present = column(total) > 0
        return spread_of(
            BlockCounts(
                _BLOCK_S,
                column("stratum")[present],
                column("block")[present],
                column(total)[present],
                column(bad)[present],
            )
        )

    return Bursts(spread("total", "bad"), spread("timed", "late"))
