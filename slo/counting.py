"""How many requests count for an objective, and how many of them are good."""

from dataclasses import dataclass

from slo.evidence_view import Evidence
from slo.objective import Objective
from slo.sql import query

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Requests of one objective in one stretch of a run."""

    good: int
    total: int
    first_intended_ns: int | None = None
    """None where there is no request."""
    last_intended_ns: int | None = None
    unknown: int = 0
    """Of a latency objective: answers of which nobody knows how fast they came. Neither good nor bad."""

    @property
    def bad(self) -> int:
        """Requests that broke the promise."""
        return self.total - self.good - self.unknown

    @property
    def rate_per_s(self) -> float | None:
        """Requests a second, by their intended instants; None where there are too few to tell."""
        if self.first_intended_ns is None or self.last_intended_ns is None:
            return None
        span_ns = self.last_intended_ns - self.first_intended_ns
        return (self.total - 1) * _NS_PER_S / span_ns if span_ns > 0 else None


@dataclass(frozen=True, slots=True)
class ObjectiveTally:
    """One objective over the whole run, and in each phase but the warm-up."""

    whole_run: Tally
    by_phase: tuple[tuple[str, Tally], ...]
    """Phases in the order of the run, those without requests too."""


def selection(objective: Objective) -> dict[str, object]:
    """Which requests an objective is about, and what makes them good, as the queries take it."""
    return {
        "tier": objective.tier,
        "operation": objective.operation,
        "threshold_ns": objective.threshold_ns,
    }


def tally(evidence: Evidence, objective: Objective, phases: tuple[str, ...]) -> ObjectiveTally:
    """Count an objective over the run and over `phases`.

    What counts and what is good: `counted.sql`. Requests between phases count for the whole run only.
    """
    found: dict[str | None, Tally] = {
        phase: Tally(int(good), int(total), int(first_ns), int(last_ns), int(unknown))
        for phase, total, good, unknown, first_ns, last_ns in evidence.rows(
            query("count_by_phase"), selection(objective)
        )
    }
    return ObjectiveTally(
        whole_run=_sum(tuple(found.values())),
        by_phase=tuple((phase, found.get(phase, Tally(0, 0))) for phase in phases),
    )


def _sum(tallies: tuple[Tally, ...]) -> Tally:
    firsts = [one.first_intended_ns for one in tallies if one.first_intended_ns is not None]
    lasts = [one.last_intended_ns for one in tallies if one.last_intended_ns is not None]
    return Tally(
        good=sum(one.good for one in tallies),
        total=sum(one.total for one in tallies),
        unknown=sum(one.unknown for one in tallies),
        first_intended_ns=min(firsts, default=None),
        last_intended_ns=max(lasts, default=None),
    )
