"""Records must be such as can be true."""

from evidence.request_record import LatencyClock, Outcome, ServedFrom
from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query
from slo.validity.limits import MOST_DISPATCH_LAG_MS

_NS_PER_MS = 1_000_000
_MOST_CLOCK_ERROR_NS = 600 * 1_000_000_000
"""Records further outside the run than this come from another run or a wrong clock. Less than the quarter
of an hour that time zones differ by at least."""


def check_records_sane(evidence: Evidence) -> ValidityCheck:
    """Sent after they were intended, ended after they were sent, within the run, in words that are known."""
    run = evidence.run
    parameters = {
        "imported": run.imported is not None,
        "early_ns": round(MOST_DISPATCH_LAG_MS * _NS_PER_MS),
        "earliest_ns": run.started_ns - _MOST_CLOCK_ERROR_NS,
        "latest_ns": 2**63 - 1 if run.ended_ns is None else run.ended_ns + _MOST_CLOCK_ERROR_NS,
        "outcomes": [one.value for one in Outcome],
        "clocks": [one.value for one in LatencyClock],
        "served_from": [one.value for one in ServedFrom],
    }
    counts = [int(count) for count in evidence.rows(query("record_faults"), parameters)[0]]
    meanings = (
        "neither sent nor undelivered",
        "sent before they were intended, or ended before they were sent or intended",
        "more than ten minutes outside the run",
        "with an outcome, clock or source that is not of the vocabulary",
    )
    told = [f"{count:,} {meaning}" for count, meaning in zip(counts, meanings, strict=True) if count]
    reason = "every record can be true"
    if told:
        reason = f"records that cannot be true: {', '.join(told)}; check the clocks and what wrote the files"
    return ValidityCheck("records-sane", float(sum(counts)), 0.0, held=not told, reason=reason)
