"""Arrivals must have been sent at their instants."""

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query
from slo.validity.crowded_out import crowded_out
from slo.validity.limits import MOST_DISPATCH_LAG_MS, SEND_LESS
from slo.wording import milliseconds

_NS_PER_MS = 1_000_000


def check_dispatch_lag(evidence: Evidence) -> ValidityCheck:
    """The p99, outside the warm-up."""
    _, _, lag_p99_ns = evidence.rows(query("schedule_kept"))[0]
    name, limit = "dispatch-lag-p99-ms", MOST_DISPATCH_LAG_MS
    if lag_p99_ns is None:
        reason = "no request with an intended instant counts, so there is no lag to tell"
        return ValidityCheck(name, None, limit, held=True, reason=reason)
    p99_ms = lag_p99_ns / _NS_PER_MS
    reason = f"the p99 of dispatch lag is {milliseconds(p99_ms)}, at most {limit:g} ms is allowed"
    held = p99_ms <= limit
    if not held:
        reason += f": the generator could not keep its schedule; {crowded_out(evidence) or SEND_LESS}"
    return ValidityCheck(name, p99_ms, limit, held=held, reason=reason)
