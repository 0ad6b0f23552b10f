"""How long a probe takes so that its evidence can decide. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slo.interval import needed_events
from slo.objective import Objective

MARGIN = 1.5
"""More requests than would do if all of them were good: some are not."""


def probe_duration_s(
    objectives: Sequence[Objective],
    rates_per_s: Mapping[str | None, float],
    *,
    least_s: float,
    most_s: float,
) -> float:
    """Seconds until every objective can be proven, within the two bounds.

    `rates_per_s`: requests a second by tier, and of all of them under None.
    """
    longest_s = least_s
    for objective in objectives:
        rate_per_s = rates_per_s.get(objective.tier, 0.0)
        if rate_per_s > 0:
            needed = needed_events(0, 0, objective.target).events
            longest_s = max(longest_s, MARGIN * needed / rate_per_s)
    return min(longest_s, most_s)
