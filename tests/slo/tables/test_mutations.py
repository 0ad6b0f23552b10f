"""A table that meets its objectives, broken in every way that files break: none of them is met by accident.

A mutation may end in an error, in INVALID, in NOT PROVEN or in MISSED; MET only where the broken table
holds the same promise as honestly (then it is listed as such, with why).
"""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.verdict_record import Verdict
from slo.evaluate import Demands
from slo.objective import read_objectives
from slo.tables.mapping import Columns, TableMapping
from tests.slo.tables.tables import AVAILABLE, FAST, HEADER, judged, lines, written

BOTH = (replace(AVAILABLE, window="7d"), replace(FAST, window="7d"))
DEMANDED = Demands(frozenset({"available", "fast"}))
Rows = list[list[str]]
WITH_ID = TableMapping(Columns(id="id"))


def rows() -> Rows:
    return [[*line.split(","), str(n)] for n, line in enumerate(lines(200))]


def verdict(tmp_path: Path, broken: Rows, header: str = f"{HEADER},id") -> Verdict | None:
    """None for an error that says what is wrong."""
    file = written(tmp_path, [",".join(row) for row in broken], header)
    try:
        return judged(file, WITH_ID, BOTH, DEMANDED).verdict
    except InvalidFile as error:
        assert "Nothing was judged" in str(error)
        return None


def column(index: int, change: Callable[[str], str]) -> Callable[[Rows], Rows]:
    return lambda table: [[*row[:index], change(row[index]), *row[index + 1 :]] for row in table]


def first(index: int, value: str) -> Callable[[Rows], Rows]:
    return lambda table: [[*table[0][:index], value, *table[0][index + 1 :]], *table[1:]]


def swapped(one: int, other: int) -> Callable[[Rows], Rows]:
    def swap(table: Rows) -> Rows:
        return [[row[{one: other, other: one}.get(n, n)] for n in range(len(row))] for row in table]

    return swap


BREAKING: dict[str, Callable[[Rows], Rows]] = {
    "no rows": lambda _: [],
    "only as many rows as prove nothing": lambda table: table[:50],
    "rows of the middle and the end are gone": lambda table: table[:20],
    "time and status swapped": swapped(0, 1),
    "status and latency swapped": swapped(1, 2),
    "latency and route swapped": swapped(2, 3),
    "rows cut short": lambda table: [*table[:-1], table[-1][:2]],
    "a value too many": lambda table: [*table, [*table[0], "1"]],
    "every row twice": lambda table: [*table, *table],
    "one row twice": lambda table: [*table, table[7]],
    "latency is NaN": column(2, lambda _: "nan"),
    "one latency is NaN": first(2, "NaN"),
    "latency is infinite": column(2, lambda _: "inf"),
    "one latency is below zero": first(2, "-20"),
    "latencies are gone": column(2, lambda _: ""),
    "latency in microseconds": column(2, lambda value: f"{value}000"),
    "times are gone": column(0, lambda _: ""),
    "one time is gone": first(0, ""),
    "zones are gone": column(0, lambda value: value.removesuffix("Z")),
    "one zone is gone": first(0, "2026-05-01T12:00:00"),
    "times without zone beside others": lambda table: [
        [row[0].removesuffix("Z") if n % 2 else row[0], *row[1:]] for n, row in enumerate(table)
    ],
    "an unknown zone": column(0, lambda value: value.replace("Z", "+25:99")),
    "one clock a year ahead": lambda table: [
        [row[0].replace("2026", "2027-13" if n % 2 else "2026"), *row[1:]] for n, row in enumerate(table)
    ],
    "failures without their time": lambda table: [
        *table[20:],
        *(["1970-01-01T00:00:00Z", "500", *row[2:]] for row in table[:20]),
    ],
    "failures in another unit of time": lambda table: [
        [
            str(1_777_636_800_000 + n) if n < 180 else str(1_777_636_800 + n),
            "200" if n < 180 else "500",
            *row[2:],
        ]
        for n, row in enumerate(table)
    ],
    "failures with dates alone": lambda table: [
        *table[20:],
        *(["2026-01-01", "500", *row[2:]] for row in table[:20]),
    ],
    "status in percent": column(1, lambda _: "100%"),
    "latency in percent": column(2, lambda value: f"{value}%"),
    "a year ahead": column(0, lambda value: value.replace("2026", "2028")),
    "one of next year": first(0, "2028-05-01T12:00:00Z"),
    "times in a unit that none is": column(0, lambda _: "17776"),
    "status is text": column(1, lambda _: "OK"),
    "one status is text": first(1, "OK"),
    "status is a ratio": column(1, lambda _: "0.2"),
    "statuses are gone": column(1, lambda _: ""),
    "all failed": column(1, lambda _: "500"),
    "status a hundred times": column(1, lambda value: f"{value}00"),
}


@pytest.mark.parametrize("name", BREAKING)
def test_a_broken_table_is_never_met(tmp_path: Path, name: str) -> None:
    assert verdict(tmp_path, rows()) is Verdict.MET
    assert verdict(tmp_path, BREAKING[name](rows())) is not Verdict.MET


@pytest.mark.parametrize(
    "header",
    [
        HEADER,  # a column without a name
        "timestamp,status,duration_ms,route,plan,plan",
        "status,timestamp,duration_ms,route,plan,id",
        "timestamp,duration_ms,status,route,plan,id",
        "timestamp,status,duration,route,plan,id",
        "time_of_day,status,duration_ms,route,plan,id",
        "timestamp,state,duration_ms,route,plan,id",
        "timestamp;status;duration_ms;route;plan;id",
        "2026-05-01T12:00:00Z,200,20,/search,gold,0",  # there is no header
        "",
    ],
)
def test_a_broken_header_is_never_met(tmp_path: Path, header: str) -> None:
    assert verdict(tmp_path, rows(), header) is not Verdict.MET


def test_order_is_no_evidence(tmp_path: Path) -> None:
    shuffled = rows()
    random.Random(5).shuffle(shuffled)  # noqa: S311 -- a test's order
    assert verdict(tmp_path, shuffled) is Verdict.MET


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
def test_a_file_that_was_cut_in_the_middle_of_a_line_is_never_met(tmp_path: Path, kept: float) -> None:
    file = written(tmp_path, [",".join(row) for row in rows()], f"{HEADER},id")
    text = file.read_text()
    cut = text[: int(len(text) * kept)].rstrip("0123456789").removesuffix(",").rpartition(",")[0]
    file.write_text(cut)
    with pytest.raises(InvalidFile):
        judged(file, WITH_ID, BOTH, DEMANDED)


OBJECTIVE = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: available}
spec:
  service: web
  indicator:
    spec:
      ratioMetric:
        good: {metricSource: {type: stormproof, spec: {indicator: availability}}}
        total: {metricSource: {type: stormproof, spec: {indicator: requests}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{targetPercent: 95}]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("targetPercent: 95", "target: 95"),
        ("targetPercent: 95", "targetPercent: 0.95"),
        ("targetPercent: 95", "targetPercent: 9500"),
        ("targetPercent: 95", "target: -0.95"),
        ("targetPercent: 95", "target: .nan"),
        ("targetPercent: 95", "target: .inf"),
        ("targetPercent: 95", "target: 0"),
        ("targetPercent: 95", "target: 1"),
        ("targetPercent: 95", "target: ninety"),
        ("targetPercent: 95", "target: null"),
        ("targetPercent: 95", "target: 0.95, targetPercent: 95"),
        ("targetPercent: 95", "objective: 95"),
        ("indicator: availability", "indicator: requests"),
        ("good:", "bad:"),
        ("good:", "total:"),
        ("indicator: availability", "indicator: availability, tier: gold"),
        ("indicator: requests", "indicator: requests, tier: gold"),
        ("indicator: availability", "indicator: latency"),
        ("indicator: availability", "indicator: latency, threshold_ms: 0"),
        ("indicator: availability", "indicator: latency, threshold_ms: .nan"),
        ("type: stormproof", "type: Prometheus"),
        ("budgetingMethod: Occurrences", "budgetingMethod: Timeslices"),
        ("duration: 28d", "duration: -28d"),
        ("duration: 28d", "duration: 28"),
        ("isRolling: true", "isRolling: false"),
        ("kind: SLO", "kind: SLI"),
        ("kind: SLO", "kind: Service"),
        ("openslo/v1", "openslo/v2"),
        ("spec:\n  service: web", "spec:"),
        (OBJECTIVE, ""),
        (OBJECTIVE, "{"),
        (OBJECTIVE, "[]"),
        (OBJECTIVE, "42"),
    ],
)
def test_a_broken_objective_is_never_met(tmp_path: Path, old: str, new: str) -> None:
    assert old in OBJECTIVE
    file = tmp_path / "slo.yaml"
    file.write_text(OBJECTIVE.replace(old, new))
    table = written(tmp_path, lines(40))  # 40 of 40 prove 95% to nobody
    try:
        objectives = read_objectives(file)
    except InvalidFile:
        return
    names = Demands(frozenset(one.name for one in objectives))
    assert judged(table, objectives=objectives, demands=names).verdict is not Verdict.MET
