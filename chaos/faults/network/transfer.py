"""Whether a transfer was held up as long as a fault must hold it up."""

from collections.abc import Sequence

from chaos.probes.line import Observation, Outcome
from chaos.toxiproxy import Stream

FELT_SHARE = 0.8
"""Share of the time that a probe must see."""

SHORTEST_MS = 100.0
"""A transfer that the fault holds up for less cannot be told from a busy machine."""

WATCH_S = 0.6
"""One look: a transfer that takes longer is judged by what has come until then, or looked at again."""

_LEAST_PROGRESS = 0.1
"""Share of what should have come by now: with less, something else holds it up."""


def passed_bytes(seen: Observation, streams: Sequence[Stream]) -> int:
    """What has passed a proxy in these directions."""
    return ("upstream" in streams) * seen.sent_bytes + ("downstream" in streams) * seen.received_bytes


def not_held_up(seen: Observation, streams: Sequence[Stream], due_ms: float) -> str | None:
    """Why a transfer was not held up; None when it was. `due_ms` is what the bytes that passed must take."""
    told = (
        f"a {seen.age} connection is {seen.outcome} after {seen.after_ms:.0f} ms, with {seen.sent_bytes} "
        f"bytes sent and {seen.received_bytes} received"
    )
    if seen.after_ms < FELT_SHARE * due_ms and seen.outcome in {Outcome.ANSWERED, Outcome.UNANSWERED}:
        return f"{told}: due are {due_ms:.0f} ms"
    if seen.outcome is Outcome.ANSWERED and due_ms >= SHORTEST_MS:
        return None
    flows = "downstream" in streams and due_ms >= _LEAST_PROGRESS * seen.after_ms
    if seen.outcome is Outcome.UNANSWERED and seen.after_ms >= SHORTEST_MS and flows:
        return None
    return told
