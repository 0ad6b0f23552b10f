"""A calendar month from a Prometheus."""

import numpy as np

from evidence.month_record import MonthSource, SourceKind
from slo.months.counted import Counted, CountedObjective
from slo.months.grid import Grid, Mask
from slo.months.month import MINUTE_NS
from slo.prometheus.api import Api
from slo.prometheus.counting import Counts, count_objectives
from slo.promise import Objective
from slo.windows import Span


def count_prometheus(
    api: Api, name: str, objectives: tuple[Objective, ...], grid: Grid, now_ns: int, step_s: int
) -> Counted:
    """Count the objectives of a month, as far as it is over. Raises PrometheusError."""
    month = grid.month.span
    span = Span(month.start_ns, min(month.end_ns, now_ns))
    counted = count_objectives(api, objectives, span, step_s)
    found = any(one.found for one in counted)
    requests = max((int(one.blocks.total.sum()) for one in counted), default=0)
    reasons = tuple(
        f"no series was found of {objective.name}"
        for objective, one in zip(objectives, counted, strict=True)
        if not one.found
    )
    return Counted(
        tuple(
            CountedObjective(objective, one.blocks, _minutes(one, grid, step_s), one.note)
            for objective, one in zip(objectives, counted, strict=True)
        ),
        (MonthSource(name, SourceKind.PROMETHEUS, found, requests, 0, reasons),),
    )


def _minutes(counts: Counts, grid: Grid, step_s: int) -> Mask:
    """Steps that lack evidence as minutes of the month; what was not asked, because it is not over, too."""
    lacking = np.ones(len(grid.day), dtype=bool)
    asked = np.repeat(counts.lacking, step_s * 1_000_000_000 // MINUTE_NS)
    lacking[: len(asked)] = asked
    return lacking
