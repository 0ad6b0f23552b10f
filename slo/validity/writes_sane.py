"""Records of acknowledged writes must be such as can be true, and must belong to requests."""

from collections.abc import Iterator

from evidence.verdict_record import ValidityCheck
from evidence.write_record import Durability
from slo.evidence_view import Evidence
from slo.sql import query

_MOST_LATER_NS = 7 * 86_400 * 1_000_000_000
"""A check may look for writes long after a run: a week is beyond any."""


def check_writes_sane(evidence: Evidence) -> Iterator[ValidityCheck]:
    """One check for a run that wrote, none for another."""
    run = evidence.run
    parameters = {
        "earliest_ns": run.started_ns,
        "latest_ns": 2**63 - 1 if run.ended_ns is None else run.ended_ns + _MOST_LATER_NS,
        "durabilities": [one.value for one in Durability],
    }
    writes, *counts = (int(count) for count in evidence.rows(query("write_faults"), parameters)[0])
    if not writes:
        return
    meanings = (
        "writes of no recorded request",
        "writes recorded twice",
        "writes checked before they were acknowledged, or at another impossible instant or version",
        "writes with an operation or durability that is not of the vocabulary",
        "acknowledged requests whose writes are not recorded",
    )
    told = [f"{count:,} {meaning}" for count, meaning in zip(counts, meanings, strict=True) if count]
    reason = f"every one of {writes:,} recorded writes can be true"
    if told:
        reason = f"records of writes that cannot be true: {', '.join(told)}; check what wrote the files"
    yield ValidityCheck("writes-sane", float(sum(counts)), 0.0, held=not told, reason=reason)
