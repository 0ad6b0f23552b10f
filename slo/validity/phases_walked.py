"""Every planned phase must be in the timeline: one that is lost lets requests count that must not, such as
those of the warm-up.
"""

from collections.abc import Iterator

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence


def check_phases_walked(evidence: Evidence) -> Iterator[ValidityCheck]:
    """None for a run without a plan."""
    planned = evidence.run.phases
    if not planned:
        return
    walked = {phase.name for phase in evidence.phases}
    missing = [name for name in planned if name not in walked]
    told = f"the timeline lacks {', '.join(missing)}: it is damaged or the run was cut; run it again"
    reason = told if missing else "every planned phase is in the timeline"
    yield ValidityCheck("phases-walked", float(len(missing)), 0.0, held=not missing, reason=reason)
