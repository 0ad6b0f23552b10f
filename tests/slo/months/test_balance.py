"""Whatever the evidence and the maintenance: a month balances, and nothing that lacks evidence is MET."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.verdict_record import Verdict
from slo.months.blocks import CALM, ObjectiveBlocks
from slo.months.counted import Counted, CountedObjective
from slo.months.grid import lay_grid, missing
from slo.months.judge import MonthDemands, MonthQuestion, judge_month
from slo.months.maintenance import MaintenanceWindow
from slo.months.month import MINUTE_NS, read_month
from slo.promise import Indicator, Objective

MONTH = read_month("2026-03", "Europe/Berlin")
OBJECTIVE = Objective("available", "shop", Indicator.AVAILABILITY, 0.9)
FIRST = MONTH.span.start_ns // MINUTE_NS
minutes = st.integers(0, MONTH.minutes - 1)


@st.composite
def windows(draw: st.DrawFn) -> tuple[MaintenanceWindow, ...]:
    edges = sorted(draw(st.sets(st.integers(-500, MONTH.minutes + 500), min_size=2, max_size=8)))
    edges = edges[: len(edges) // 2 * 2]
    instants = [MONTH.span.start_ns + edge * MINUTE_NS for edge in edges]
    return tuple(
        MaintenanceWindow(start, end, "disks")
        for start, end in zip(instants[::2], instants[1::2], strict=True)
    )


@settings(max_examples=60)
@given(
    rows=st.dictionaries(minutes, st.tuples(st.integers(1, 50), st.floats(0, 1)), max_size=60),
    declared=windows(),
    now=st.integers(1, MONTH.minutes + 10),
    question=st.sampled_from(["window", "inference"]),
    silence=st.one_of(st.none(), st.integers(1, 5000)),
)
def test_a_month_balances(
    rows: dict[int, tuple[int, float]],
    declared: tuple[MaintenanceWindow, ...],
    now: int,
    question: MonthQuestion,
    silence: int | None,
) -> None:
    block = np.array(sorted(rows), dtype=np.int64)
    total = np.array([rows[minute][0] for minute in block.tolist()], dtype=np.int64)
    good = np.array([int(rows[minute][0] * rows[minute][1]) for minute in block.tolist()], dtype=np.int64)
    calm, unknown = np.full(len(block), CALM, np.int64), np.zeros(len(block), np.int64)
    grid = lay_grid(MONTH, declared, MONTH.span.start_ns + now * MINUTE_NS)
    covered = np.zeros(MONTH.minutes, dtype=bool)
    covered[block] = True
    lacking = missing(grid, covered, silence)
    blocks = ObjectiveBlocks(MINUTE_NS, calm, FIRST + block, total, good, unknown)
    counted = Counted((CountedObjective(OBJECTIVE, blocks, lacking),), ())
    demands = MonthDemands(frozenset({"available"}), question)
    record = judge_month(grid, counted, declared, demands, MONTH.span.start_ns + now * MINUTE_NS)
    (one,) = record.objectives
    assert one.result.total + one.excluded == total.sum()
    assert one.result.bad + one.excluded_bad == (total - good).sum()
    assert sum(day.total for day in one.days) == one.result.total
    assert sum(day.bad for day in one.days) == one.result.bad
    assert sum(day.excluded for day in one.days) == one.excluded
    assert sum(day.missing_minutes for day in one.days) == one.missing_minutes
    assert sum(gap.minutes for gap in one.gaps) == one.missing_minutes
    assert sum(use.minutes for use in record.maintenance) == int(grid.maintained.sum())
    if one.missing_minutes or one.to_come_minutes or not one.result.total:
        assert record.verdict is not Verdict.MET
