"""What an objective counts, whatever its indicator: requests, answers, or acknowledged writes."""

from collections.abc import Sequence

from slo.counting import ObjectiveTally, grid_of, in_phases, selection, tally_all
from slo.evidence_view import Evidence
from slo.promise import Counted, Indicator, Objective
from slo.sql import query


def tally_objectives(
    evidence: Evidence, objectives: Sequence[Objective], phases: tuple[str, ...] = ()
) -> tuple[ObjectiveTally, ...]:
    """Count each objective over the run and over `phases`: all that count requests from one scan.

    Answers and writes count when, and in the phase that, their requests were intended. What nobody looked
    for, or nobody recorded, is counted as unknown: it can prove nothing (`slo.verdicts.judge`).
    """
    of_requests = [one for one in objectives if one.indicator.counted is Counted.REQUESTS]
    requests = iter(tally_all(evidence, [(one, None) for one in of_requests], phases))
    return tuple(
        next(requests) if one.indicator.counted is Counted.REQUESTS else _of_events(evidence, one, phases)
        for one in objectives
    )


def _of_events(evidence: Evidence, objective: Objective, phases: tuple[str, ...]) -> ObjectiveTally:
    grid = grid_of(evidence, objective)
    asked = query("events_by_block").replace("{events}", _events(evidence, objective))
    chosen = {**_chosen(objective), "origin_ns": grid.origin_ns, "block_ns": grid.length_ns}
    return in_phases(evidence.columns(asked, chosen), objective, grid, phases)


def bad_events(evidence: Evidence, objective: Objective) -> tuple[str, dict[str, object]]:
    """SQL, with its parameters, of what is bad of an objective that counts answers or writes: when it was
    intended, how long it lived, its phase."""
    events = _events(evidence, objective)
    return query("bad_events").replace("{events}", events), _chosen(objective)


def _events(evidence: Evidence, objective: Objective) -> str:
    """Each with its tier, tenant, operation, phase; `good`, and `unknown` where nobody can tell."""
    if objective.indicator.counted is Counted.WRITES:
        evidence.connection.execute(query("newest_writes"))
    if objective.indicator is Indicator.FRESHNESS and evidence.rows("SELECT 1 FROM looked_up LIMIT 1"):
        return query("events_freshness_watched")
    return query(_EVENTS[objective.indicator])


def _chosen(objective: Objective) -> dict[str, object]:
    chosen = selection(objective)
    if not objective.indicator.has_threshold:
        del chosen["threshold_ns"]
    return chosen


_EVENTS = {
    Indicator.QUALITY: "events_quality",
    Indicator.STALENESS: "events_staleness",
    Indicator.DURABILITY: "events_durability",
    Indicator.FRESHNESS: "events_freshness",
}
