"""What an episode is compared with: as long a stretch right before it, and right after it."""

from dataclasses import dataclass

from reports.history import Episode, History
from slo.evidence_view import WARM_UP
from slo.series import Stretch

_SHORTEST_S = 1.0
"""A stretch that is shorter says nothing."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A stretch of the run, in seconds since the load began, and what users met with in it."""

    start_s: float
    end_s: float
    met: Stretch


@dataclass(frozen=True, slots=True)
class Around:
    """What users met with before, during and after an episode; None where there is no such stretch."""

    before: Compared | None = None
    during: Compared | None = None
    """While all of it counted. None where it is one fault: the verdict says it."""
    after: Compared | None = None


def stretch_before(episode: Episode, history: History) -> tuple[float, float] | None:
    """Start and end, in seconds since the load began, of what it is compared with; None without one.

    As long as the counted stretch, ending where injecting begins; warm-up and other faults are left out.
    """
    length = _counted_s(episode, history)
    end = episode.injecting_s
    if length is None or end is None:
        return None
    barriers = [0.0]
    barriers += [
        phase.end_s
        for phase in history.phases
        if phase.name == WARM_UP and phase.end_s <= end and not phase.cut
    ]
    for other in history.episodes:
        if other.number == episode.number or other.begins_s is None or other.begins_s > end:
            continue
        barriers.append(history.end_s if other.heal_verified_s is None else other.heal_verified_s)
    return _long_enough(max(end - length, *barriers), end)


def stretch_after(episode: Episode, history: History) -> tuple[float, float] | None:
    """The same for what comes after it: from where all of it was gone, up to the next fault."""
    length = _counted_s(episode, history)
    start = episode.heal_verified_s
    if length is None or start is None:
        return None
    barriers = [history.end_s]
    for other in history.episodes:
        if other.number == episode.number or other.begins_s is None:
            continue
        if other.begins_s >= start:
            barriers.append(other.begins_s)
        elif other.heal_verified_s is None or other.heal_verified_s > start:
            return None
    return _long_enough(start, min(start + length, *barriers))


def stretch_during(episode: Episode, history: History) -> tuple[float, float] | None:
    """From where all of it was felt until the first part began to heal; None where it never was whole."""
    if episode.verified_s is None:
        return None
    end = history.end_s if episode.healing_s is None else episode.healing_s
    return (episode.verified_s, end) if end > episode.verified_s else None


def _counted_s(episode: Episode, history: History) -> float | None:
    counted = stretch_during(episode, history)
    return None if counted is None else counted[1] - counted[0]


def _long_enough(start_s: float, end_s: float) -> tuple[float, float] | None:
    return (start_s, end_s) if end_s - start_s >= _SHORTEST_S else None
