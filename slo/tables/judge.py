"""A verdict on a table that this project never saw."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from evidence.verdict_record import ObjectiveResult, Validity, ValidityCheck, VerdictRecord
from slo.counting import tally
from slo.evaluate import Demands, check_demands, is_demanded, objective_result, verdict_reasons
from slo.evidence_view import MEMORY_LIMIT, THREADS, Columns, Row
from slo.latency_bounds import BoundedPercentile, bounded_percentiles
from slo.promise import Objective
from slo.sql import query
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
            validity = table_validity(evidence, now_ns)
            last_ns = evidence.rows(query("recorded_span"))[0][1]
            results = tuple(_result(evidence, one, demands, last_ns) for one in objectives)
        except duckdb.Error as error:
            raise reading_failed(where, error) from error
    demanded = tuple(one for one in results if one.demanded)
    return VerdictRecord(
        verdict=overall(validity, demanded),
        reasons=tuple(verdict_reasons(validity, demanded, ())),
        validity=validity,
        objectives=results,
    )


def table_percentiles(
    sources: tuple[str, ...], mapping: TableMapping, objectives: tuple[Objective, ...]
) -> tuple[BoundedPercentile, ...]:
    """Percentiles of latency of what each objective is about, over all rows. Raises InvalidFile."""
    with opened_table(sources, mapping, objectives) as (evidence, where):
        try:
            return tuple(one for objective in objectives for one in bounded_percentiles(evidence, objective))
        except duckdb.Error as error:
            raise reading_failed(where, error) from error


def _result(
    evidence: TableEvidence, objective: Objective, demands: Demands, last_ns: int | None
) -> ObjectiveResult:
    counted = tally(evidence, objective, (), within=_window(objective, last_ns)).whole_run
    demanded = is_demanded(objective, demands)
    return objective_result(objective, counted, demands.question, demanded=demanded)


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
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": THREADS,
        "memory_limit": MEMORY_LIMIT,
        "preserve_insertion_order": False,
    }
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'UTC'")  # the machine's own zone must not decide anything
        table = open_table(connection, sources, mapping)
        create_counted(connection, table, understand(connection, table, mapping, objectives))
        yield TableEvidence(connection), table.where


def table_validity(evidence: TableEvidence, now_ns: int) -> Validity:
    """Whether the table can be evidence at all: what a run's own checks ask, as far as a table can answer."""
    total, future, duplicates = evidence.rows(
        query("table_sane"), {"latest_ns": now_ns + round(_FUTURE_S * _NS_PER_S)}
    )[0]
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
    if duplicates is not None:
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
