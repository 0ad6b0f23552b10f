"""A generator that keeps a schedule must have measured itself: what nobody measured, nobody can judge."""

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query


def check_self_measured(evidence: Evidence) -> ValidityCheck:
    """Each worker with a schedule left its readings, and each of them is a number."""
    missing = [worker for (worker,) in evidence.rows(query("self_measured_missing"))]
    reason = "each worker with a schedule measured itself"
    if missing:
        reason = (
            f"{', '.join(missing)} left no samples of itself, or such as are no numbers: whether it kept up, "
            f"nobody can tell. Are files missing in {evidence.folder.path / 'samples'}? Else run it again"
        )
    return ValidityCheck("self-measured", float(len(missing)), 0.0, held=not missing, reason=reason)
