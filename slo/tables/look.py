"""The first look at all rows of a table: those that do not fit are refused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from evidence.errors import Problem
from slo.sql import query
from slo.tables.instants import WHOLE_NUMBERS
from slo.tables.mapping import BAD_VALUES, NS_IN, TableMapping
from slo.tables.opening import OpenedTable, reading_failed, row_of
from slo.tables.reading import Meaning, invalid, quoted
from slo.tables.zone_clock import YEAR_2000_S, is_unclear

_TOLD_ROWS = 3
_BAD_LATENCY = "stated_latency_ns IS NULL OR NOT isfinite(stated_latency_ns) OR stated_latency_ns < 0"
_YEAR_2000_NS = YEAR_2000_S * NS_IN["s"]
_TIME = f"stated_ns IS NULL OR stated_ns < {_YEAR_2000_NS}"


@dataclass(frozen=True, slots=True)
class Unfit:
    """A way in which a row does not fit."""

    condition: str
    """SQL of `stated`."""
    shown: str
    """SQL: what is shown of such a row."""
    allowed: str


_UNFIT = {
    "time": Unfit(
        _TIME,
        "time_text",
        "must be an instant after 2000, as 2026-01-31T12:00:00Z, or a number, all of one unit",
    ),
    "latency": Unfit(
        # Text is looked at only where the number does not fit: of numbers it would cost most of the scan.
        f"CASE WHEN {_BAD_LATENCY} THEN coalesce(trim(latency_text), '') NOT IN ('', '-') ELSE false END",
        "latency_text",
        "must be a finite number, not below 0, or empty where there was no answer",
    ),
    "status": Unfit(
        "status IS NULL OR (status <> 0 AND status NOT BETWEEN 100 AND 599)",
        "answer_text",
        "must be an HTTP status (100 to 599), or empty where there was no answer",
    ),
    "id": Unfit(
        "request_id IS NULL",
        "time_text",
        "must not be empty: without it nobody knows what is there twice",
    ),
    "good": Unfit(
        "available IS NULL",
        "answer_text",
        f"must be one of {', '.join(TableMapping().good_values)}, or of {', '.join(BAD_VALUES[:-1])}, or "
        "empty; say what is good of others in a DataSource, as good_values: ['yes']",
    ),
}
"""Of each role: which rows do not fit."""


def look_at(connection: duckdb.DuckDBPyConnection, table: OpenedTable, meaning: Meaning) -> None:
    """Create `looked` and `recorded_span`. Raises InvalidFile, naming every column with rows that do not
    fit."""
    try:
        known = _extremes_fit(connection, table, meaning)
        problems = [] if known else _problems(connection, table, meaning)
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
    text = query(
        "table_extremes",
        {
            "$instant_of_first": meaning.time.ns.replace(time, "first"),
            "$instant_of_last": meaning.time.ns.replace(time, "last"),
            "$time": time,
            "$least_status": f"min({quoted(columns.status)})" if columns.status else "NULL",
            "$most_status": f"max({quoted(columns.status)})" if columns.status else "NULL",
            "$least_latency": f"min({quoted(columns.latency)})" if columns.latency else "NULL",
            "$most_latency": f"max({quoted(columns.latency)})" if columns.latency else "NULL",
            "$identified": f"count({quoted(columns.id)})" if columns.id else "0",
        },
    )
    row = connection.execute(text).fetchone()
    if row is None:
        return False
    total, times, first_ns, last_ns, least_status, most_status, least_latency, most_latency, identified = row
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
    unit_ns = NS_IN[meaning.mapping.latency_unit or "ns"]
    if least_latency is not None and not 0 <= least_latency <= most_latency < 2**63 // unit_ns:
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


def _problems(connection: duckdb.DuckDBPyConnection, table: OpenedTable, meaning: Meaning) -> list[Problem]:
    present = {
        role: one for role, one in _UNFIT.items() if getattr(meaning.mapping.columns, role) is not None
    }
    unfit = ", ".join(f"count(*) FILTER ({one.condition}) AS {role}" for role, one in present.items())
    connection.execute(query("table_looked", {"$unfit": unfit}))
    counts = connection.execute(f"SELECT {', '.join(present)} FROM looked").fetchone() or ()  # noqa: S608 -- our own names
    return [
        problem
        for role, count in zip(present, counts, strict=True)
        if count
        for way in (_ways_of_time(meaning) if role == "time" else (_UNFIT[role],))
        for problem in _told(connection, table, role, meaning.mapping, way)
    ]


def _ways_of_time(meaning: Meaning) -> Iterator[Unfit]:
    """Times that the clocks of a zone show twice or never are told for what they are."""
    zone, other = meaning.mapping.time_zone, _UNFIT["time"]
    if zone is None:
        yield other
        return
    offset = "write all times with their offset, as 2026-10-25T02:30:00+02:00"
    for repeated, allowed in (
        (
            True,
            f"the clocks of {zone} go back and show this twice, so that nobody knows when it was: {offset}",
        ),
        (
            False,
            f"the clocks of {zone} go forward and never show this: say as time_zone what clock did (UTC?), "
            f"or {offset}",
        ),
    ):
        yield Unfit(is_unclear(zone, "clock_ns", repeated=repeated), "time_text", allowed)
    clear = (f"NOT {is_unclear(zone, 'clock_ns', repeated=one)}" for one in (True, False))
    yield replace(other, condition=" AND ".join((f"({other.condition})", *clear)))


def _told(
    connection: duckdb.DuckDBPyConnection, table: OpenedTable, role: str, mapping: TableMapping, way: Unfit
) -> Iterator[Problem]:
    """How many rows do not fit in this way, what stands there, and where the first of them is."""
    parts = {"$unfit": way.condition, "$shown": way.shown, "$most": str(_TOLD_ROWS)}
    ((count, examples, first),) = connection.execute(query("table_unfit", parts)).fetchall()
    if count:
        told = ", ".join(repr(one[:40]) for one in sorted(examples or []))
        rows = "1 row" if count == 1 else f"{count:,} rows from there on"
        where = f"{row_of(connection, table, first)}, columns.{role} ({getattr(mapping.columns, role)})"
        yield Problem(where, f"{rows}: {told}", way.allowed)
