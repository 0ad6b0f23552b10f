"""The generator's event loop must have turned: nothing is sent, and no answer noticed, while it does not."""

from collections.abc import Iterator

from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query
from slo.validity.crowded_out import crowded_out
from slo.validity.limits import MOST_LATE_SHARE, MOST_STALL_S, SEND_LESS
from slo.wording import milliseconds

_CURE = f"the generator, or what holds its core, was at fault; {SEND_LESS}; let nothing block in a locustfile"


def check_event_loop(evidence: Evidence) -> Iterator[ValidityCheck]:
    """How much of the time it was late, and how long it stood still at most; of the worst worker each."""
    rows = evidence.rows(query("generator_late"))
    cure = crowded_out(evidence) or _CURE
    yield _late_share([(late, worker) for worker, _, _, late, _ in rows if late is not None], cure)
    yield _longest([(stall_s, worker) for worker, *_, stall_s in rows if stall_s is not None], cure)


def _late_share(measured: list[tuple[float, str]], cure: str) -> ValidityCheck:
    name, limit = "event-loop-late-share", MOST_LATE_SHARE
    if not measured:
        return ValidityCheck(name, None, limit, held=True, reason="no worker measured its event loop")
    late, worker = max(measured)
    reason = f"{worker}'s event loop was more than 10 ms late {late:.2%} of the time, {limit:.0%} is allowed"
    held = late <= limit
    return ValidityCheck(name, late, limit, held=held, reason=reason if held else f"{reason}: {cure}")


def _longest(measured: list[tuple[float, str]], cure: str) -> ValidityCheck:
    name, limit = "event-loop-stall-s", MOST_STALL_S
    if not measured:
        return ValidityCheck(name, None, limit, held=True, reason="no worker measured its event loop")
    stall_s, worker = max(measured)
    reason = (
        f"{worker}'s event loop stood still for {milliseconds(stall_s * 1000)} at most, {limit:g} s is "
        "allowed: answers that wait longer may count as timeouts"
    )
    held = stall_s <= limit
    return ValidityCheck(name, stall_s, limit, held=held, reason=reason if held else f"{reason}; {cure}")
