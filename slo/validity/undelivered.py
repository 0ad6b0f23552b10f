"""Arrivals must have been sent at all."""

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query
from slo.validity.limits import MOST_UNDELIVERED, SEND_LESS


def check_undelivered(evidence: Evidence) -> ValidityCheck:
    """The share of those that never were, outside the warm-up."""
    arrivals, undelivered, _ = evidence.rows(query("schedule_kept"))[0]
    name, limit = "undelivered", MOST_UNDELIVERED
    if not arrivals:
        return ValidityCheck(name, None, limit, held=True, reason="no arrival counts")
    ratio = undelivered / arrivals
    reason = f"{undelivered:,} of {arrivals:,} arrivals were never sent, at most {limit:.1%} may be"
    held = ratio <= limit
    if not held:
        why = evidence.rows(query("undelivered_why"))
        told = "".join(f" ({count:,}: {detail})" for detail, count in why)
        reason += f"{told}: the load was not what the scenario says; {SEND_LESS}"
    return ValidityCheck(name, ratio, limit, held=held, reason=reason)
