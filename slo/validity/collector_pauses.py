"""Python's garbage collector must not have stopped the generator for long."""

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query
from slo.validity.crowded_out import crowded_out
from slo.validity.limits import MOST_LATE_SHARE, SEND_LESS
from slo.wording import milliseconds


def check_collector_pauses(evidence: Evidence) -> ValidityCheck:
    """The share of time in which it made arrivals late, of the worst worker."""
    name, limit = "gc-late-share", MOST_LATE_SHARE
    rows = [
        (late, longest_s, worker) for worker, late, longest_s, *_ in evidence.rows(query("generator_late"))
    ]
    measured = [row for row in rows if row[0] is not None]
    if not measured:
        return ValidityCheck(name, None, limit, held=True, reason="no worker measured its garbage collector")
    late, longest_s, worker = max(measured)
    reason = (
        f"garbage collection made {worker} more than 10 ms late {late:.2%} of the time, at most {limit:.0%} "
        f"is allowed; its longest pause was {milliseconds(longest_s * 1000)}"
    )
    held = late <= limit
    if not held:
        too_many = f"the generator holds too many objects; {SEND_LESS}, and look for what a locustfile keeps"
        reason += f": {crowded_out(evidence) or too_many}"
    return ValidityCheck(name, float(late), limit, held=held, reason=reason)
