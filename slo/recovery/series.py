"""The good requests around one fault, in buckets that are short enough to place a change."""

from dataclasses import dataclass

from slo.evidence_view import Evidence
from slo.recovery.segments import Bucket
from slo.recovery.surroundings import Surroundings
from slo.sql import query

_SHORTEST_NS = 100_000_000
MOST_BUCKETS = 1500
"""Finding changes takes time that grows with its square: 1,500 take about 0.05 s."""
_BEFORE = -1


@dataclass(frozen=True, slots=True)
class Selection:
    """Which requests, and what makes them good."""

    tier: str | None = None
    operation: str | None = None
    tenant: str | None = None
    target: str | None = None
    threshold_ns: int | None = None
    full: bool = False
    """Good is only what ended ok: not what was degraded."""


@dataclass(frozen=True, slots=True)
class Series:
    """What counts around one fault. A request that met the next fault, too, is not in it."""

    before: Bucket
    """Requests that ended before it."""
    since: tuple[Bucket, ...]
    """From its start on, those without requests too."""
    bucket_ns: int

    @property
    def before_ratio(self) -> float | None:
        """Share of good requests before the fault; None without requests."""
        return self.before.good / self.before.total if self.before.total else None


def series(evidence: Evidence, selection: Selection, around: Surroundings) -> Series:
    """The good of the selected requests."""
    start_ns, until_ns = around.episode.start_ns, around.until_ns
    bucket_ns = max(_SHORTEST_NS, -(-(until_ns - start_ns) // MOST_BUCKETS))
    parameters = {
        "bucket_ns": bucket_ns,
        "before_ns": around.before_ns,
        "start_ns": start_ns,
        "until_ns": until_ns,
        "next_ns": around.next_ns,
        "tier": selection.tier,
        "operation": selection.operation,
        "tenant": selection.tenant,
        "target": selection.target,
        "threshold_ns": selection.threshold_ns,
        "full": selection.full,
    }
    found = {
        int(bucket): Bucket(int(good), int(total))
        for bucket, total, good in evidence.rows(query("good_over_time"), parameters)
    }
    nothing = Bucket(0, 0)
    length = -(-(until_ns - start_ns) // bucket_ns)
    return Series(
        before=found.get(_BEFORE, nothing),
        since=tuple(found.get(index, nothing) for index in range(length)),
        bucket_ns=bucket_ns,
    )
