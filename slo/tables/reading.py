"""What the columns of a table mean, as expressions of SQL, and the rows that do not fit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

import duckdb

from evidence.errors import InvalidFile, Problem
from slo.promise import Counted, Indicator, Objective
from slo.sql import query
from slo.tables.instants import FORMS, UnclearTime, typed_instant, written_instant
from slo.tables.mapping import KNOWN_LATENCIES, KNOWN_NAMES, NS_IN, ROLES, Columns, TableMapping, check_zone
from slo.tables.opening import OpenedTable, reading_failed

_TOLD_ROWS = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """A mapping that is complete: what each column is, and in which unit."""

    mapping: TableMapping
    time: str
    """SQL: nanoseconds since 1970, null where the text is none."""
    latency: str
    status: str
    good: str


def understand(
    connection: duckdb.DuckDBPyConnection,
    table: OpenedTable,
    mapping: TableMapping,
    objectives: tuple[Objective, ...],
) -> Meaning:
    """What the columns of `table_rows` mean. Raises InvalidFile, naming every column that does not fit."""
    complete = _completed(table, mapping)
    problems = [*check_zone(mapping), *_column_problems(table, complete, objectives)]
    if problems:
        raise _invalid(table, problems)
    columns = complete.columns
    try:
        time = _time(connection, table, complete)
    except UnclearTime as error:
        raise _invalid(table, [error.problem]) from error
    except duckdb.Error as error:
        raise reading_failed(table.where, error) from error
    unit = NS_IN[complete.latency_unit or "ns"]
    latency = (
        f"try_cast({_quoted(columns.latency)} AS DOUBLE) * {unit}" if columns.latency else "NULL::DOUBLE"
    )
    return Meaning(complete, time, latency, _status(columns), _good(columns, complete))


def create_counted(connection: duckdb.DuckDBPyConnection, table: OpenedTable, meaning: Meaning) -> None:
    """Create `recorded` and `counted`, as those of a run are, once every row fits. Raises InvalidFile."""
    columns = meaning.mapping.columns
    selected = {
        "stated_ns": meaning.time,
        "stated_latency_ns": meaning.latency,
        "status": meaning.status,
        "is_good": meaning.good,
        "operation": _text(columns.operation),
        "tier": _text(columns.tier),
        "tenant": _text(columns.tenant),
        "request_id": _text(columns.id),
    }
    listed = ", ".join(f"{expression} AS {name}" for name, expression in selected.items())
    latency = _quoted(columns.latency) if columns.latency else "NULL"
    try:
        connection.execute(
            f"CREATE VIEW stated AS SELECT {listed}, {_quoted(columns.time)}::VARCHAR AS time_text, "  # noqa: S608
            f"{latency}::VARCHAR AS latency_text, {_raw(columns)} AS answer_text FROM table_rows"
        )
        _refuse_rows(connection, table, meaning)
        connection.execute(
            query("table_counted").replace("$time_is_end", str(meaning.mapping.time_is == "end"))
        )
    except duckdb.Error as error:
        raise reading_failed(table.where, error) from error


def _completed(table: OpenedTable, mapping: TableMapping) -> TableMapping:
    """With what names alone say, where nothing else was said."""
    columns = mapping.columns
    for role, names in KNOWN_NAMES.items():
        if getattr(columns, role) is None and not (role == "status" and columns.good):
            columns = replace(columns, **{role: next((one for one in names if one in table.types), None)})
    unit = mapping.latency_unit
    if columns.latency is None:
        columns = replace(columns, latency=next((one for one in KNOWN_LATENCIES if one in table.types), None))
    if columns.latency is not None and unit is None:
        unit = KNOWN_LATENCIES.get(columns.latency)
    return replace(mapping, columns=columns, latency_unit=unit)


def _column_problems(
    table: OpenedTable, mapping: TableMapping, objectives: tuple[Objective, ...]
) -> Iterator[Problem]:
    columns, there = mapping.columns, ", ".join(table.types) or "none"
    for role in ROLES:
        name = getattr(columns, role)
        if name is not None and name not in table.types:
            close = get_close_matches(name, table.types, 1)
            meant = f"; did you mean {close[0]}?" if close else ""
            yield Problem(f"columns.{role}", repr(name), f"no column of this name; there are: {there}{meant}")
    say = "say which with --column {0}=NAME, or in a DataSource; there are: " + there
    if columns.time is None:
        yield Problem("columns.time", "missing", f"one must say when a request was: {say.format('time')}")
    if columns.status is None and columns.good is None:
        allowed = f"one must say whether a request went well: {say.format('status')}"
        yield Problem("columns.status", "missing", allowed)
    if columns.status is not None and columns.good is not None:
        yield Problem("columns.good", repr(columns.good), "must be the only one beside no status")
    if columns.latency is not None and mapping.latency_unit is None:
        allowed = f"needs a unit: --setting latency_unit={'|'.join(NS_IN)}, or latency_unit in a DataSource"
        yield Problem("columns.latency", repr(columns.latency), allowed)
    for objective in objectives:
        yield from _objective_problems(objective, columns, say)


def _objective_problems(objective: Objective, columns: Columns, say: str) -> Iterator[Problem]:
    if objective.indicator.counted is not Counted.REQUESTS:
        allowed = "a table of requests tells availability and latency; judge a run by this objective"
        yield Problem(f"objective {objective.name}", objective.indicator.value, allowed)
        return
    for role, needed in (
        ("latency", objective.indicator is Indicator.LATENCY),
        ("tier", objective.tier is not None),
        ("operation", objective.operation is not None),
        ("tenant", objective.tenant is not None),
    ):
        if needed and getattr(columns, role) is None:
            allowed = f"the objective {objective.name} asks for it: {say.format(role)}"
            yield Problem(f"columns.{role}", "missing", allowed)


def _time(connection: duckdb.DuckDBPyConnection, table: OpenedTable, mapping: TableMapping) -> str:
    """The instant in SQL. Raises UnclearTime."""
    name = mapping.columns.time or ""
    column, where = _quoted(name), f"columns.time ({name})"
    typed = typed_instant(column, table.types[name], mapping, where)
    if typed is not None:
        return typed
    counted = ", ".join(
        f"count(*) FILTER (regexp_matches({column}::VARCHAR, '{form}'))" for form in FORMS.values()
    )
    asked = f"SELECT {counted}, max(try_cast({column} AS DOUBLE)) FROM table_rows"  # noqa: S608 -- names are quoted
    *counts, highest = connection.execute(asked).fetchone() or (0, 0, 0, None)
    return written_instant(column, dict(zip(FORMS, counts, strict=True)), highest, mapping, where)


def _status(columns: Columns) -> str:
    if columns.status is None:
        return "NULL::BIGINT"
    column = _quoted(columns.status)
    return f"CASE WHEN {_raw(columns)} IN ('', '-') THEN 0 ELSE try_cast({column} AS BIGINT) END"


def _good(columns: Columns, mapping: TableMapping) -> str:
    if columns.good is None:
        return "NULL::BOOLEAN"
    values = ", ".join("'" + one.lower().replace("'", "''") + "'" for one in mapping.good_values)
    return f"{_raw(columns)} IN ({values})"


def _raw(columns: Columns) -> str:
    return f"lower(trim(coalesce({_quoted(columns.good or columns.status)}::VARCHAR, '')))"


def _text(name: str | None) -> str:
    return "NULL::VARCHAR" if name is None else f"{_quoted(name)}::VARCHAR"


def _quoted(name: str | None) -> str:
    return '"' + (name or "").replace('"', '""') + '"'


def _refuse_rows(connection: duckdb.DuckDBPyConnection, table: OpenedTable, meaning: Meaning) -> None:
    columns = meaning.mapping.columns
    bad_latency = "stated_latency_ns IS NULL OR NOT isfinite(stated_latency_ns) OR stated_latency_ns < 0"
    wanted = {
        "time": (
            "stated_ns IS NULL",
            "time_text",
            "must be an instant, as 2026-01-31T12:00:00Z, or a number",
        ),
        "latency": (
            f"coalesce(trim(latency_text), '') NOT IN ('', '-') AND ({bad_latency})",
            "latency_text",
            "must be a finite number, not below 0, or empty where there was no answer",
        ),
        "status": (
            "status IS NULL OR (status <> 0 AND status NOT BETWEEN 100 AND 599)",
            "answer_text",
            "must be an HTTP status (100 to 599), or empty where there was no answer",
        ),
    }
    problems = []
    for role, (condition, shown, allowed) in wanted.items():
        if getattr(columns, role) is None:
            continue
        count, examples = connection.execute(
            f"SELECT count(*), list(DISTINCT coalesce({shown}, 'empty'))[:{_TOLD_ROWS}] "  # noqa: S608
            f"FROM stated WHERE {condition}"
        ).fetchone() or (0, [])
        if count:
            told = ", ".join(repr(one[:40]) for one in sorted(examples or []))
            rows = "row" if count == 1 else "rows"
            problems.append(
                Problem(f"columns.{role} ({getattr(columns, role)})", f"{count:,} {rows}: {told}", allowed)
            )
    if problems:
        raise _invalid(table, problems)


def _invalid(table: OpenedTable, problems: list[Problem]) -> InvalidFile:
    return InvalidFile(table.where, tuple(problems), "Nothing was judged.")
