"""The first look at all rows of a table: those that do not fit are refused."""

import duckdb

from evidence.errors import Problem
from slo.sql import query
from slo.tables.instants import WHOLE_NUMBERS, YEAR_2000_S
from slo.tables.mapping import BAD_VALUES, NS_IN, TableMapping
from slo.tables.opening import OpenedTable, reading_failed
from slo.tables.reading import Meaning, invalid, quoted

_TOLD_ROWS = 3
_BAD_LATENCY = "stated_latency_ns IS NULL OR NOT isfinite(stated_latency_ns) OR stated_latency_ns < 0"
_YEAR_2000_NS = YEAR_2000_S * NS_IN["s"]
_UNFIT = {
    "time": (
        f"stated_ns IS NULL OR stated_ns < {_YEAR_2000_NS}",
        "time_text",
        "must be an instant after 2000, as 2026-01-31T12:00:00Z, or a number, all of one unit",
    ),
    "latency": (
        # Text is looked at only where the number does not fit: of numbers it would cost most of the scan.
        f"CASE WHEN {_BAD_LATENCY} THEN coalesce(trim(latency_text), '') NOT IN ('', '-') ELSE false END",
        "latency_text",
        "must be a finite number, not below 0, or empty where there was no answer",
    ),
    "status": (
        "status IS NULL OR (status <> 0 AND status NOT BETWEEN 100 AND 599)",
        "answer_text",
        "must be an HTTP status (100 to 599), or empty where there was no answer",
    ),
    "id": (
        "request_id IS NULL",
        "time_text",
        "must not be empty: without it nobody knows what is there twice",
    ),
    "good": (
        "available IS NULL",
        "answer_text",
        f"must be one of {', '.join(TableMapping().good_values)}, or of {', '.join(BAD_VALUES[:-1])}, or "
        "empty; say what is good of others in a DataSource, as good_values: ['yes']",
    ),
}
"""Of each role: which rows do not fit, what is shown of them, and what may stand there."""


def look_at(connection: duckdb.DuckDBPyConnection, table: OpenedTable, meaning: Meaning) -> None:
    """Create `looked` and `recorded_span`. Raises InvalidFile, naming every column with rows that do not
    fit."""
    try:
        known = _extremes_fit(connection, table, meaning)
        problems = [] if known else _problems(connection, meaning.mapping)
        connection.execute(query("table_span"))
    except duckdb.Error as error:
        raise reading_failed(table.where, error) from error
    if problems:
        raise invalid(table, problems)


def _extremes_fit(connection: duckdb.DuckDBPyConnection, table: OpenedTable, meaning: Meaning) -> bool:
    """Whether the least and the largest of each column tell that all rows fit, and when they are."""
    columns = meaning.mapping.columns
    if not _have_extremes(table, meaning.mapping):
        return False
    time = quoted(columns.time)
    text = query("table_extremes")
    for name, expression in {
        "$instant_of_first": meaning.time.replace(time, "first"),
        "$instant_of_last": meaning.time.replace(time, "last"),
        "$time": time,
        "$least_status": f"min({quoted(columns.status)})" if columns.status else "NULL",
        "$most_status": f"max({quoted(columns.status)})" if columns.status else "NULL",
        "$least_latency": f"min({quoted(columns.latency)})" if columns.latency else "NULL",
        "$identified": f"count({quoted(columns.id)})" if columns.id else "0",
    }.items():
        text = text.replace(name, expression)
    row = connection.execute(text).fetchone()
    if row is None:
        return False
    total, times, first_ns, last_ns, least_status, most_status, least_latency, identified = row
    if (
        times < total
        or identified < (total if columns.id else 0)
        or first_ns is None
        or last_ns is None
        or first_ns < _YEAR_2000_NS
    ):
        return False
    if least_status is not None and (least_status < 100 or most_status > 599):
        return False
    if least_latency is not None and least_latency < 0:
        return False
    connection.execute(query("table_looked_known"), [total, identified, first_ns, last_ns, last_ns])
    return True


def _have_extremes(table: OpenedTable, mapping: TableMapping) -> bool:
    """Whether the least and the largest of every column say something of the others, and of their instants:
    of text they do not, nor of floating point, where NaN is neither; clocks of a zone go back once a year."""
    columns = mapping.columns
    kind = table.types[columns.time or ""]
    ordered = kind in WHOLE_NUMBERS | {"TIMESTAMP WITH TIME ZONE"} or (
        kind.startswith("TIMESTAMP") and mapping.time_zone == "UTC"
    )
    others = (table.types[one] in WHOLE_NUMBERS for one in (columns.status, columns.latency) if one)
    return ordered and mapping.time_is == "start" and all(others)


def _problems(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> list[Problem]:
    present = {role: one for role, one in _UNFIT.items() if getattr(mapping.columns, role) is not None}
    unfit = ", ".join(
        f"count(*) FILTER ({condition}) AS {role}" for role, (condition, _, _) in present.items()
    )
    connection.execute(query("table_looked").replace("$unfit", unfit))
    counts = connection.execute(f"SELECT {', '.join(present)} FROM looked").fetchone() or ()  # noqa: S608 -- our own names
    problems = []
    for (role, (condition, shown, allowed)), count in zip(present.items(), counts, strict=True):
        if count:
            text = query("table_unfit").replace("$unfit", condition).replace("$shown", shown)
            _, examples = connection.execute(text.replace("$most", str(_TOLD_ROWS))).fetchone() or (0, [])
            told = ", ".join(repr(one[:40]) for one in sorted(examples or []))
            rows = "row" if count == 1 else "rows"
            where = f"columns.{role} ({getattr(mapping.columns, role)})"
            problems.append(Problem(where, f"{count:,} {rows}: {told}", allowed))
    return problems
