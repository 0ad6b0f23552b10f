"""What can be told of the soundness of requests that another tool made."""

from collections.abc import Iterator

from evidence.run_record import ImportedFrom
from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query
from slo.validity.limits import MOST_UNDELIVERED


def without_schedule(imported: ImportedFrom) -> ValidityCheck:
    """In place of what is asked of a generator of ours: no schedule and no exit came with the results."""
    reason = (
        f"imported from {imported.format}: no schedule came with it, so neither lost arrivals nor dispatch "
        "lag can be told; what is recorded is counted as it is"
    )
    return ValidityCheck("imported", None, None, held=True, reason=reason)


def check_imported_complete(evidence: Evidence, imported: ImportedFrom) -> ValidityCheck:
    """Whether what was imported is still there."""
    (records, distinct) = evidence.rows(query("records_distinct"))[0]
    wrong = abs(imported.requests - int(records)) + int(records) - int(distinct)
    name = "records-complete"
    if wrong:
        reason = (
            f"{imported.requests:,} requests were imported, the folder has {records:,} records of "
            f"{distinct:,}: it is not whole, so import them again"
        )
        return ValidityCheck(name, float(wrong), 0.0, held=False, reason=reason)
    reason = f"all {records:,} imported requests are recorded, once each"
    return ValidityCheck(name, 0.0, 0.0, held=True, reason=reason)


def check_skipped_lines(imported: ImportedFrom) -> Iterator[ValidityCheck]:
    """Whether what could not be read, and was left out as asked, is too much to leave out."""
    if not imported.lines_skipped:
        return
    lines = (imported.lines_used or 0) + imported.lines_skipped
    share, limit = imported.lines_skipped / lines, MOST_UNDELIVERED
    reason = (
        f"{imported.lines_skipped:,} of {lines:,} lines could not be read and were skipped, at most "
        f"{limit:.1%} may be: what became of their requests is not known"
    )
    held = share <= limit
    if not held:
        reason += "; mend them (run.json shows the first), or say how they are written, and import again"
    yield ValidityCheck("skipped-lines", share, limit, held=held, reason=reason)


def check_latency_clock(evidence: Evidence) -> Iterator[ValidityCheck]:
    """What latency means in this evidence, where it is not from the intended instant throughout."""
    requests, sent, unknown = (int(count) for count in evidence.rows(query("latency_clocks"))[0])
    told = []
    if sent:
        told.append(
            f"the latency of {sent:,} of {requests:,} requests counts from their sending: the wait before it "
            "that a stalled client or server caused is not in it"
        )
    if unknown:
        told.append(f"of {unknown:,} of {requests:,} requests it is not recorded how long they took")
    if told:
        yield ValidityCheck("latency-clock", None, None, held=True, reason="; ".join(told))
