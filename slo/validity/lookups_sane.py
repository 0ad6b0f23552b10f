"""Records of searches for acknowledged writes must be such as can be true, and whole."""

from collections.abc import Iterator

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query

_MEANINGS = (
    "searches that are no recorded request",
    "searches for writes that are not recorded",
    "records lost or there twice",
    "searches at an impossible instant",
    "searches of which no record tells what they found",
)


def check_lookups_sane(evidence: Evidence) -> Iterator[ValidityCheck]:
    """One check for a run whose writes were searched for, none for another."""
    lookups, *counts = (int(count) for count in evidence.rows(query("lookup_faults"))[0])
    if not lookups:
        return
    told = [f"{count:,} {meaning}" for count, meaning in zip(counts, _MEANINGS, strict=True) if count]
    reason = f"every one of {lookups:,} recorded searches for writes can be true"
    if told:
        reason = (
            f"records of searches for writes that cannot be true: {', '.join(told)}; check what wrote them"
        )
    yield ValidityCheck("lookups-sane", float(sum(counts)), 0.0, held=not told, reason=reason)
