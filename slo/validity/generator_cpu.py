"""The generator must have had room on its core."""

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query
from slo.validity.crowded_out import crowded_out
from slo.validity.limits import MOST_BUSY_SHARE, SEND_LESS


def check_generator_cpu(evidence: Evidence) -> ValidityCheck:
    """Of the busiest worker, in its busiest five seconds."""
    name, limit = "generator-busy", MOST_BUSY_SHARE
    rows = evidence.rows(query("generator_busy"))
    if not rows:
        return ValidityCheck(name, None, limit, held=True, reason="no worker measured its CPU")
    worker, busy, waited = rows[0]
    reason = (
        f"{worker} used its core, or waited for it, {busy:.0%} of its busiest five seconds "
        f"({waited:.0%} waiting), at most {limit:.0%} is allowed"
    )
    held = busy <= limit
    if not held:
        reason += f": the generator was the bottleneck; {crowded_out(evidence) or SEND_LESS}"
    return ValidityCheck(name, float(busy), limit, held=held, reason=reason)
