"""Every arrival that was scheduled must have its record, once."""

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query


def check_records_complete(evidence: Evidence) -> ValidityCheck:
    """No gap, no duplicate, nothing that was never scheduled."""
    rows = evidence.rows(query("record_gaps"))
    arrivals = sum(one.arrivals for one in evidence.run.scheduled)
    name = "records-complete"
    if not evidence.run.scheduled and not any(with_intended for *_, with_intended in rows):
        return ValidityCheck(
            name, None, 0.0, held=True, reason="no schedule was declared, nor was one followed"
        )
    if arrivals and not any(row[2] for row in rows):
        reason = (
            f"no record, although {arrivals:,} arrivals were scheduled: did the generator start? See its log"
        )
        return ValidityCheck(name, float(arrivals), 0.0, held=False, reason=reason)
    wrong = 0
    told = []
    for worker, scheduled, records, expected, unexpected, duplicates, _ in rows:
        if scheduled is None:
            wrong += records
            told.append(f"{worker} is not in run.json's schedule")
            continue
        missing = scheduled - expected
        wrong += missing + unexpected + duplicates
        if not records and scheduled:
            told.append(f"{worker} left no record of its {scheduled:,} arrivals: it was lost")
        elif missing or unexpected or duplicates:
            told.append(
                f"{worker} lacks {missing:,} of {scheduled:,} arrivals, has {duplicates:,} twice and "
                f"{unexpected:,} that were never scheduled"
            )
    if told:
        reason = f"{'; '.join(told)}: the record is not whole, so run it again"
        return ValidityCheck(name, float(wrong), 0.0, held=False, reason=reason)
    return ValidityCheck(
        name, 0.0, 0.0, held=True, reason=f"all {arrivals:,} arrivals are recorded, once each"
    )
