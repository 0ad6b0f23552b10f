"""A verdict on a table that this project never saw."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from evidence.verdict_record import Validity, ValidityCheck, VerdictRecord
from slo.counting import asked_of, tallied
from slo.cube import Asked, Cube, fill_cube
from slo.evaluate import Demands, check_demands, is_demanded, objective_result, verdict_reasons
from slo.evidence_view import Columns, Row, open_database
from slo.latency_bounds import BoundedPercentile, all_bounded_percentiles
from slo.over_time import ObjectiveSeries, minutes, series_of
from slo.promise import Objective
from slo.sql import query
from slo.tables.look import look_at
from slo.tables.mapping import TableMapping
from slo.tables.opening import open_table, reading_failed
from slo.tables.reading import create_counted, understand
from slo.verdicts import overall
from slo.windows import Span, calendar_span, rolling_span

_NS_PER_S = 1_000_000_000
_FUTURE_S = 86_400.0
"""Clocks differ, and zones are mistaken: a day is beyond both."""


@dataclass(frozen=True, slots=True)
class TableEvidence:
    """A table of requests, opened for questions; as `slo.evidence_view.Evidence`, without what only a run
    has."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """The answer to `sql`."""
        rows: list[Row] = self.connection.execute(sql, parameters or {}).fetchall()
        return rows

    def columns(self, sql: str, parameters: Mapping[str, object] | None = None) -> Columns:
        """The answer to `sql`, a column at a time."""
        columns: dict[str, Any] = self.connection.execute(sql, parameters or {}).fetchnumpy()
        return columns


@dataclass(frozen=True, slots=True)
class TableSummary:
    """All that a table tells of objectives."""

    verdict: VerdictRecord
    percentiles: tuple[BoundedPercentile, ...]
    minutes: tuple[ObjectiveSeries, ...]
    """Of each objective, over all rows."""


def judge_table(
    sources: tuple[str, ...],
    mapping: TableMapping,
    objectives: tuple[Objective, ...],
    demands: Demands,
    now_ns: int,
) -> VerdictRecord:
    """What the rows of `sources` (paths, globs, addresses) say of `objectives`. Writes nothing.

    An objective over a window is judged by the window that the last request is in: one that rolls ends with
    it. `now_ns` tells what is still to come. Raises InvalidFile where a file does not fit, and
    UnknownDemand.
    """
    check_demands(objectives, demands)
    with opened_table(sources, mapping, objectives) as (evidence, where):
        try:
            return _judged(evidence, objectives, demands, now_ns)[0]
        except duckdb.Error as error:
            raise reading_failed(where, error) from error


def summarize_table(
    sources: tuple[str, ...],
    mapping: TableMapping,
    objectives: tuple[Objective, ...],
    demands: Demands,
    now_ns: int,
) -> TableSummary:
    """The same, with percentiles and minutes: all from one opening, and as few scans. Raises as
    `judge_table`."""
    check_demands(objectives, demands)
    with opened_table(sources, mapping, objectives) as (evidence, where):
        try:
            by_minute = tuple(minutes(one) for one in objectives)
            verdict, cube = _judged(evidence, objectives, demands, now_ns, by_minute)
            series = tuple(series_of(cube, one) for one in by_minute)
            return TableSummary(verdict, all_bounded_percentiles(evidence, objectives), series)
        except duckdb.Error as error:
            raise reading_failed(where, error) from error


def _judged(
    evidence: TableEvidence,
    objectives: tuple[Objective, ...],
    demands: Demands,
    now_ns: int,
    besides: tuple[Asked, ...] = (),
) -> tuple[VerdictRecord, Cube]:
    """The verdict, and the cube that it was counted from: filled for what is asked `besides`, too."""
    validity = table_validity(evidence, now_ns)
    last_ns = evidence.rows(query("recorded_span"))[0][1]
    asked = asked_of(evidence, [(one, _window(one, last_ns)) for one in objectives])
    cube = fill_cube(evidence, (*asked, *besides))
    results = tuple(
        objective_result(
            one.objective,
            tallied(cube, one).whole_run,
            demands.question,
            demanded=is_demanded(one.objective, demands),
        )
        for one in asked
    )
    demanded = tuple(one for one in results if one.demanded)
    verdict = VerdictRecord(
        verdict=overall(validity, demanded),
        reasons=tuple(verdict_reasons(validity, demanded, ())),
        validity=validity,
        objectives=results,
    )
    return verdict, cube


def table_percentiles(
    sources: tuple[str, ...], mapping: TableMapping, objectives: tuple[Objective, ...]
) -> tuple[BoundedPercentile, ...]:
    """Percentiles of latency of what each objective is about, over all rows. Raises InvalidFile."""
    with opened_table(sources, mapping, objectives) as (evidence, where):
        try:
            return all_bounded_percentiles(evidence, objectives)
        except duckdb.Error as error:
            raise reading_failed(where, error) from error


def _window(objective: Objective, last_ns: int | None) -> Span | None:
    if last_ns is None or objective.window is None:
        return None
    if objective.calendar is not None:
        return calendar_span(objective.window, objective.calendar, last_ns)
    return rolling_span(objective.window, last_ns)


@contextmanager
def opened_table(
    sources: tuple[str, ...], mapping: TableMapping, objectives: tuple[Objective, ...]
) -> Iterator[tuple[TableEvidence, Path]]:
    """All rows of `sources` as evidence, and what to call them in errors. Raises InvalidFile where a file
    does not fit; DuckDB reads late, so a question may raise duckdb.Error, too: see `reading_failed`.
    """
    with open_database() as connection:
        connection.execute("SET TimeZone = 'UTC'")  # the machine's own zone must not decide anything
        table = open_table(connection, sources, mapping)
        meaning = understand(connection, table, mapping, objectives)
        create_counted(connection, table, meaning)
        look_at(connection, table, meaning)
        yield TableEvidence(connection), table.where


def table_validity(evidence: TableEvidence, now_ns: int) -> Validity:
    """Whether the table can be evidence at all: what a run's own checks ask, as far as a table can answer."""
    total, identified, latest_ns = evidence.rows(query("table_sane"))[0]
    limit_ns = now_ns + round(_FUTURE_S * _NS_PER_S)
    future = 0
    if latest_ns is not None and latest_ns > limit_ns:
        future = int(evidence.rows(query("table_future"), {"latest_ns": limit_ns})[0][0])
    checks = [
        ValidityCheck(
            "records-sane",
            float(future),
            0.0,
            future == 0,
            f"{future:,} of {total:,} requests are still to come: a clock, a time zone or a unit is wrong"
            if future
            else "no request is in the future",
        )
    ]
    if identified:
        duplicates = int(evidence.rows(query("table_distinct"))[0][0])
        checks.append(
            ValidityCheck(
                "records-distinct",
                float(duplicates),
                0.0,
                duplicates == 0,
                f"{duplicates:,} rows have the id of another row: they would count twice"
                if duplicates
                else "each request is there once",
            )
        )
    return Validity(all(check.held for check in checks), tuple(checks))
