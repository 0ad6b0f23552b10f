"""What the columns of a table mean, as expressions of SQL."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

import duckdb

from evidence.errors import InvalidFile, Problem
from slo.ladder import literal
from slo.promise import Counted, Indicator, Objective
from slo.sql import query
from slo.tables.instants import (
    CLOCK_NS,
    FORMS,
    WHOLE_NUMBERS,
    Instant,
    UnclearTime,
    typed_instant,
    whole_instant,
    written_instant,
)
from slo.tables.mapping import (
    BAD_VALUES,
    KNOWN_LATENCIES,
    KNOWN_NAMES,
    NS_IN,
    ROLES,
    Columns,
    TableMapping,
    check_zone,
)
from slo.tables.opening import OpenedTable, reading_failed

_ALWAYS_ASKED = frozenset({"time", "status", "good"})
_ASKED = ("latency", "tier", "operation", "tenant")
"""By objectives that are about them."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A mapping that is complete: what each column is, and in which unit."""

    mapping: TableMapping
    time: Instant
    latency: str
    status: str
    available: str


def understand(
    connection: duckdb.DuckDBPyConnection,
    table: OpenedTable,
    mapping: TableMapping,
    objectives: tuple[Objective, ...],
) -> Meaning:
    """What the columns of `table_rows` mean. Raises InvalidFile, naming every column that does not fit."""
    complete = _completed(table, mapping)
    problems = [
        *check_zone(mapping),
        *_column_problems(table, complete, objectives),
        *_lacking_problems(table, mapping, complete, objectives),
    ]
    if problems:
        raise invalid(table, problems)
    columns = complete.columns
    try:
        time = _time(connection, table, complete)
    except UnclearTime as error:
        raise invalid(table, [error.problem]) from error
    except duckdb.Error as error:
        raise reading_failed(table.where, error) from error
    return Meaning(
        complete,
        time,
        _latency(columns, complete, table.types),
        _status(columns, table.types),
        _available(columns, complete, table.types),
    )


def create_counted(connection: duckdb.DuckDBPyConnection, table: OpenedTable, meaning: Meaning) -> None:
    """Create `recorded` and `counted`, as those of a run are. Raises InvalidFile."""
    columns = meaning.mapping.columns
    selected = {
        "stated_ns": meaning.time.ns,
        "stated_latency_ns": meaning.latency,
        "status": meaning.status,
        "available": meaning.available,
        "operation": _text(columns.operation),
        "tier": _text(columns.tier),
        "tenant": _text(columns.tenant),
        "request_id": _text(columns.id),
    }
    listed = ", ".join(f"{expression} AS {name}" for name, expression in selected.items())
    latency = quoted(columns.latency) if columns.latency else "NULL"
    try:
        connection.execute(
            f"CREATE VIEW stated AS SELECT {listed}, {quoted(columns.time)}::VARCHAR AS time_text, "  # noqa: S608
            f"{latency}::VARCHAR AS latency_text, {_raw(columns)} AS answer_text, {CLOCK_NS} AS clock_ns "
            f"FROM (SELECT *, {meaning.time.clock_ns} AS {CLOCK_NS} FROM table_rows)"
        )
        connection.execute(query("table_counted", {"$time_is_end": str(meaning.mapping.time_is == "end")}))
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


def _lacking_problems(
    table: OpenedTable, said: TableMapping, complete: TableMapping, objectives: tuple[Objective, ...]
) -> Iterator[Problem]:
    """Columns that are asked for, and that some file has not: its rows would have nothing there."""
    for role in ROLES:
        name = getattr(complete.columns, role)
        asked = (
            role in _ALWAYS_ASKED
            or getattr(said.columns, role) is not None
            or any(_asks(one, role) for one in objectives)
        )
        if asked and name in table.lacking:
            allowed = f"{table.lacking[name]} has no column of this name: judge it alone, or mend it"
            yield Problem(f"columns.{role}", repr(name), allowed)


def _asks(objective: Objective, role: str) -> bool:
    if role == "latency":
        return objective.indicator is Indicator.LATENCY
    return role in _ASKED and getattr(objective, role) is not None


def _objective_problems(objective: Objective, columns: Columns, say: str) -> Iterator[Problem]:
    if objective.indicator.counted is not Counted.REQUESTS:
        allowed = "a table of requests tells availability and latency; judge a run by this objective"
        yield Problem(f"objective {objective.name}", objective.indicator.value, allowed)
        return
    if objective.named_target is not None:
        allowed = "a table has no targets by name: leave it out, or judge a run by this objective"
        yield Problem(f"objective {objective.name}", f"target {objective.named_target}", allowed)
    for role in _ASKED:
        if _asks(objective, role) and getattr(columns, role) is None:
            allowed = f"the objective {objective.name} asks for it: {say.format(role)}"
            yield Problem(f"columns.{role}", "missing", allowed)


def _time(connection: duckdb.DuckDBPyConnection, table: OpenedTable, mapping: TableMapping) -> Instant:
    """When each request was. Raises UnclearTime."""
    name = mapping.columns.time or ""
    column, where = quoted(name), f"columns.time ({name})"
    typed = typed_instant(column, table.types[name], mapping, where)
    if typed is not None:
        return typed
    if table.types[name] in WHOLE_NUMBERS:
        asked = f"SELECT max({column}) FROM table_rows"  # noqa: S608 -- names are quoted
        (highest,) = connection.execute(asked).fetchone() or (None,)
        return whole_instant(column, highest, mapping, where)
    counted = ", ".join(
        f"count(*) FILTER (regexp_matches({column}::VARCHAR, '{form}'))" for form in FORMS.values()
    )
    asked = f"SELECT {counted}, count(*), max(try_cast({column} AS DOUBLE)) FROM table_rows"  # noqa: S608 -- names are quoted
    *counts, rows, highest = connection.execute(asked).fetchone() or (0, 0, 0, 0, None)
    return written_instant(
        column,
        dict(zip(FORMS, counts, strict=True)),
        highest,
        mapping,
        where,
        others=sum(counts) < rows,
    )


def _latency(columns: Columns, mapping: TableMapping, types: Mapping[str, str]) -> str:
    """Nanoseconds. Of whole numbers as such: by way of floating point each scan takes a tenth longer."""
    if columns.latency is None:
        return "NULL::BIGINT"
    column, unit = quoted(columns.latency), NS_IN[mapping.latency_unit or "ns"]
    if types[columns.latency] in WHOLE_NUMBERS:
        return f"TRY({column}::BIGINT * {unit})"
    return f"try_cast({column} AS DOUBLE) * {unit}"


def _status(columns: Columns, types: Mapping[str, str]) -> str:
    if columns.status is None:
        return "NULL::BIGINT"
    column = quoted(columns.status)
    if types[columns.status] in WHOLE_NUMBERS:
        return f"coalesce({column}::BIGINT, 0)"
    return f"CASE WHEN {_raw(columns)} IN ('', '-') THEN 0 ELSE try_cast({column} AS BIGINT) END"


def _available(columns: Columns, mapping: TableMapping, types: Mapping[str, str]) -> str:
    """What a column says of itself, else every status that is neither 5xx nor 429; no answer is none."""
    if columns.good is not None:
        return _good(columns.good, columns, mapping, types)
    is_number = types[columns.status or ""] in WHOLE_NUMBERS
    status = quoted(columns.status) if is_number else _status(columns, types)
    return f"coalesce({status} BETWEEN 100 AND 499 AND {status} <> 429, false)"


def _good(name: str, columns: Columns, mapping: TableMapping, types: Mapping[str, str]) -> str:
    if types[name] == "BOOLEAN":
        column = quoted(name)
        yes, no, none = (one in mapping.good_values for one in ("true", "false", ""))
        return f"CASE WHEN {column} THEN {yes} WHEN NOT {column} THEN {no} ELSE {none} END"
    good = f"{_raw(columns)} IN ({_words(mapping.good_values)})"
    if mapping.good_values != TableMapping().good_values:
        return good
    return f"CASE WHEN {good} THEN true WHEN {_raw(columns)} IN ({_words(BAD_VALUES)}) THEN false END"


def _raw(columns: Columns) -> str:
    return f"lower(trim(coalesce({quoted(columns.good or columns.status)}::VARCHAR, '')))"


def _words(values: Iterable[str]) -> str:
    """Words in lower case, in SQL."""
    return ", ".join(literal(one.lower()) for one in values)


def _text(name: str | None) -> str:
    return "NULL::VARCHAR" if name is None else f"{quoted(name)}::VARCHAR"


def quoted(name: str | None) -> str:
    """A column's name in SQL."""
    return '"' + (name or "").replace('"', '""') + '"'


def invalid(table: OpenedTable, problems: list[Problem]) -> InvalidFile:
    """The error that tells all of them."""
    return InvalidFile(table.where, tuple(problems), "Nothing was judged.")
