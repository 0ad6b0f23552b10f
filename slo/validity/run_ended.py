"""A run must have gone on to its end: what was cut tells only of its beginning."""

from evidence.run_record import RunRecord
from evidence.verdict_record import ValidityCheck


def check_run_ended(run: RunRecord) -> ValidityCheck:
    """Neither aborted, interrupted nor killed."""
    name = "run-ended"
    if run.aborted is not None:
        reason = f"the run was aborted before its end: {run.aborted}"
        return ValidityCheck(name, None, None, held=False, reason=reason)
    if run.interrupted:
        reason = "the run was interrupted before its end: run it again to the end"
        return ValidityCheck(name, None, None, held=False, reason=reason)
    if run.ended_ns is None:
        reason = (
            "the run never ended, or ends yet: it was killed or still goes on; run it to the end, or look at "
            "it while it goes on: --looks SECONDS"
        )
        return ValidityCheck(name, None, None, held=False, reason=reason)
    return ValidityCheck(name, None, None, held=True, reason="the run went on to its end")
