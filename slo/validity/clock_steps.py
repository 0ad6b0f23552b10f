"""Nobody may have set the wall clock during the run: what other processes wrote is off by the step."""

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query
from slo.validity.limits import MOST_CLOCK_STEP_MS
from slo.wording import milliseconds


def check_clock_steps(evidence: Evidence) -> ValidityCheck:
    """Of the worker whose clock went furthest."""
    name, limit = "clock-step-ms", MOST_CLOCK_STEP_MS
    rows = evidence.rows(query("clock_steps"))
    if not rows:
        return ValidityCheck(name, None, limit, held=True, reason="no worker compared its clocks")
    worker, step_s = rows[0]
    step_ms = step_s * 1000
    reason = (
        f"the wall clock of {worker} moved by {milliseconds(step_ms)} during the run, {limit:g} ms is allowed"
    )
    held = step_ms <= limit
    if not held:
        reason += (
            ": instants of the load and of the faults cannot be compared; let the time server finish, keep "
            "the machine from being suspended, and run it again"
        )
    return ValidityCheck(name, step_ms, limit, held=held, reason=reason)
