"""Whether other processes kept the generator from its core: then sending less is not what helps."""

from slo.evidence_view import Evidence
from slo.sql import query

_MUCH = 0.5
"""Of the busy time spent waiting: from here on the cause is on other processes."""
_LEAST = 0.1
"""Of its busiest five seconds: a generator that waits less lacks nothing."""


def is_crowded_out(busy: float, waited: float) -> bool:
    """Of a core: what a generator used or waited for, and how much of that was waiting."""
    return waited >= _LEAST and waited > _MUCH * busy


def crowded_out(evidence: Evidence) -> str | None:
    """What happened and what helps, in words; None where nobody held its core."""
    rows = evidence.rows(query("generator_busy"))
    if not rows:
        return None
    _, busy, waited = rows[0]
    if not is_crowded_out(busy, waited):
        return None
    return (
        f"other processes held its core, for which it waited {waited:.0%} of its busiest five seconds: "
        "end them and run it again, or give the generator a core of its own"
    )
