"""Names in objectives and tables are data: none is run as SQL."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.verdict_record import Verdict
from slo.evaluate import Demands
from slo.objective import Objective
from slo.tables.judge import summarize_table
from slo.tables.mapping import Columns, TableMapping
from tests.slo.tables.tables import AVAILABLE, BY_NAME, FAST, NOW_NS, written

HOSTILE = (
    "gold\nDROP VIEW counted; --",
    "gold\nCREATE OR REPLACE VIEW counted AS SELECT * REPLACE (true AS available) FROM recorded; --",
    "gold'], tier), 0) AS tier; DROP VIEW counted; --",
    "gold\r\n*/ ; DROP TABLE strata; --",
    "$speed",
    "$grids $period",
)


def named(objective: Objective, column: str, name: str) -> Objective:
    """The same of one tier, operation or tenant."""
    match column:
        case "tier":
            return replace(objective, tier=name)
        case "operation":
            return replace(objective, operation=name)
        case _:
            return replace(objective, tenant=name)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("column", ["tier", "operation", "tenant"])
def test_a_name_in_an_objective_is_no_sql(tmp_path: Path, name: str, column: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    rows = [
        f"2026-05-01T12:00:{n:02d}Z,{503 if n < 30 else 200},20,{quoted if n % 2 else 'other'}"
        for n in range(60)
    ]
    file = written(tmp_path, rows, f"time,status,latency_ms,{column}")
    objectives = (named(AVAILABLE, column, name), named(FAST, column, name))
    demands = Demands(frozenset({"available"}), "window")
    summary = summarize_table((str(file),), BY_NAME, objectives, demands, NOW_NS)
    assert [(one.good, one.total) for one in summary.verdict.objectives] == [(15, 30)] * 2
    assert summary.verdict.verdict is Verdict.MISSED
    assert {one.requests for one in summary.percentiles} == {30}


@pytest.mark.parametrize(
    "name", ['a"b', "a\nDROP VIEW stated; --", "a'; --", "$unfit", "SELECT", "stated_ns", "clock_ns"]
)
def test_a_column_may_have_any_name(tmp_path: Path, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    file = written(tmp_path, ["2026-05-01T12:00:00Z,200"] * 60, f"time,{quoted}")
    told = summarize_table(
        (str(file),),
        TableMapping(Columns(status=name)),
        (AVAILABLE,),
        Demands(frozenset({"available"})),
        NOW_NS,
    )
    assert told.verdict.verdict is Verdict.MET
