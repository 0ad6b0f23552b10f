"""What lies around each fault: how far before and after it nothing else was broken."""

from dataclasses import dataclass

from slo.contract.stretches import END_NS, Episode, episodes
from slo.evidence_view import Evidence
from slo.sql import query

_BEFORE_NS = 60_000_000_000
"""So much before a fault is what it is compared with, at most."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One episode of faults, and the stretches beside it."""

    episode: Episode
    before_ns: int
    """Start of what it is compared with."""
    until_ns: int
    """Where the next fault began, or the load ended."""
    next_ns: int
    """Where the next fault began; the end of time where none did. Who lived to see it met it, too."""


def surroundings(evidence: Evidence) -> tuple[Surroundings, ...]:
    """Of each episode, in order; none without requests that count."""
    first_ns, last_ns = evidence.rows(query("counted_span"))[0]
    if first_ns is None:
        return ()
    told = episodes(evidence.faults)
    found: list[Surroundings] = []
    for index, episode in enumerate(told):
        earliest_ns = told[index - 1].gone_ns if index else int(first_ns)
        next_ns = told[index + 1].start_ns if index + 1 < len(told) else END_NS
        until_ns = min(next_ns, int(last_ns) + 1)
        if until_ns <= episode.start_ns:
            continue
        before_ns = min(max(earliest_ns, int(first_ns), episode.start_ns - _BEFORE_NS), episode.start_ns)
        found.append(Surroundings(episode, before_ns, until_ns, next_ns))
    return tuple(found)
