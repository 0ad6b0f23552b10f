"""Requests in cells of time, operation, tier, outcome and latency: what charts and their toggles draw.

Latency is in bins of equal ratio, so that a percentile read off them is wrong by at most half a bin:
`PER_DECADE` bins to a factor of ten over time (2.9%), `SPECTRUM_PER_DECADE` in the spectrum (0.6%).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.sql import query
from slo.evidence_view import Evidence

type Counts = NDArray[np.int64]

PER_DECADE = 40
SPECTRUM_PER_DECADE = 200
LOWEST_BIN, HIGHEST_BIN = -2 * PER_DECADE, 6 * PER_DECADE
"""10 µs to 1,000 s: what lies outside is counted at the edge."""
MOST_OPERATIONS = 12
"""Beyond, the rarest are one."""
OTHERS = "others"
_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class GroupCells:
    """The requests of one operation and tier over time."""

    operation: str
    tier: str | None
    outcomes: Mapping[str, Counts]
    """By outcome: requests intended in each bucket."""
    offered: Counts
    """Arrivals intended in each bucket."""
    achieved: Counts
    """Requests that ended in each bucket."""
    latency: Counts
    """Bucket by bin, from LOWEST_BIN on: requests of known latency."""


@dataclass(frozen=True, slots=True)
class Spectrum:
    """How the latencies of one operation are distributed: requests by bin, of what counts."""

    operation: str
    latency: Mapping[int, int]
    """From the intended instant."""
    service: Mapping[int, int]
    """From the sending."""


@dataclass(frozen=True, slots=True)
class Cells:
    """All of it."""

    buckets: int
    groups: tuple[GroupCells, ...]
    """By operation and tier."""
    spectra: tuple[Spectrum, ...]
    """The operation with the most requests first."""

    @property
    def latency(self) -> Counts:
        """Bucket by bin, of all groups."""
        total = np.zeros((self.buckets, HIGHEST_BIN - LOWEST_BIN + 1), np.int64)
        for group in self.groups:
            total += group.latency
        return total


def read_cells(evidence: Evidence, start_ns: int, bucket_s: float, buckets: int) -> Cells:
    """The cells of `buckets` stretches of `bucket_s` from `start_ns` on."""
    asked = {"start_ns": start_ns, "bucket_ns": round(bucket_s * _NS_PER_S)}
    evidence.rows(query("cells"), {**asked, "per_decade": PER_DECADE})
    evidence.rows(query("spectrum_cells"), {"per_decade": SPECTRUM_PER_DECADE})
    found = evidence.rows(query("groups"))
    named = _folded([(str(operation), int(count)) for operation, _, count in found])
    tiers = {name: dict.fromkeys(tier for one, tier, _ in found if one in of) for name, of in named.items()}
    return Cells(
        buckets,
        tuple(
            _group(evidence, buckets, name, of, tier)
            for name, of in sorted(named.items())
            for tier in tiers[name]
        ),
        tuple(_spectrum(evidence, name, of) for name, of in named.items()),
    )


def _folded(counts: list[tuple[str, int]]) -> dict[str, list[str]]:
    """Operations by the name that they are shown under, the one with the most requests first."""
    totals: dict[str, int] = {}
    for name, count in counts:
        totals[name] = totals.get(name, 0) + count
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    kept = ranked if len(ranked) <= MOST_OPERATIONS else ranked[: MOST_OPERATIONS - 1]
    folded = {name: [name] for name in kept}
    if len(kept) < len(ranked):
        folded[OTHERS] = [*folded.get(OTHERS, []), *ranked[len(kept) :]]
    return folded


def _group(
    evidence: Evidence, buckets: int, name: str, operations: list[str], tier: str | None
) -> GroupCells:
    chosen = {"operations": operations, "tier": tier}
    latency = np.zeros((buckets, HIGHEST_BIN - LOWEST_BIN + 1), np.int64)
    bounds = {"lowest": LOWEST_BIN, "highest": HIGHEST_BIN}
    cells = evidence.columns(query("group_latency"), {**chosen, **bounds})
    latency[cells["bucket"], cells["bin"]] = cells["requests"]
    outcomes: dict[str, Counts] = {}
    offered = np.zeros(buckets, np.int64)
    for bucket, outcome, requests, arrivals in evidence.rows(query("group_outcomes"), chosen):
        outcomes.setdefault(str(outcome), np.zeros(buckets, np.int64))[bucket] = requests
        offered[bucket] += arrivals
    achieved = np.zeros(buckets, np.int64)
    for bucket, requests in evidence.rows(query("group_ended"), chosen):
        achieved[bucket] = requests
    return GroupCells(name, tier, outcomes, offered, achieved, latency)


def _spectrum(evidence: Evidence, name: str, operations: list[str]) -> Spectrum:
    latency: dict[int, int] = {}
    service: dict[int, int] = {}
    for of_service, bin_, requests in evidence.rows(query("group_spectrum"), {"operations": operations}):
        (service if of_service else latency)[int(bin_)] = int(requests)
    return Spectrum(name, latency, service)
