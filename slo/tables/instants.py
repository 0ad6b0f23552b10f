"""When a request was: the time column of a table as nanoseconds since 1970, whatever it is written as."""

from dataclasses import dataclass

from evidence.errors import Problem
from slo.tables.mapping import NS_IN, TableMapping
from slo.tables.zone_clock import YEAR_2000_S, YEAR_2100_S, since_1970

_INSTANT = r"^\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s*"
FORMS = {
    "numbers": r"^\s*[+-]?\d+(\.\d*)?\s*$",
    "zoned": rf"{_INSTANT}(Z|[+-]\d\d(:?\d\d)?)\s*$",
    "local": rf"{_INSTANT}$",
}
"""How times are written in text."""
WHOLE_NUMBERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
"""Types of columns whose numbers a BIGINT holds."""
_NO_OFFSET = r":\d\d([.,]\d+)?\s*[+-]((1[6-9]|[2-9]\d)(:?\d\d)?|\d\d:?[6-9]\d)\s*$"
"""Offsets that no place on earth has had: 16 hours and more, 60 minutes and more. DuckDB takes them."""
CLOCK_NS = '"stormproof clock_ns"'
"""SQL: the column of what a zone's clock showed, where it is of that that an instant is told."""


@dataclass(frozen=True, slots=True)
class Instant:
    """When a request was, in SQL."""

    ns: str
    """Nanoseconds since 1970, null where the text is none; of local times told by CLOCK_NS."""
    clock_ns: str = "NULL::BIGINT"
    """What a clock showed of these, as if it were UTC: of local times only."""


class UnclearTime(ValueError):  # noqa: N818 -- as InvalidFile
    """A column of times does not say which instants they are."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def typed_instant(column: str, kind: str, mapping: TableMapping, where: str) -> Instant | None:
    """The instant where its type, or a time_format, tells all; None where only its text does.

    Raises UnclearTime.
    """
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return Instant(f"epoch_ns({column})")
    if kind.startswith("TIMESTAMP"):
        return _in_zone(f"{column}::TIMESTAMP", mapping, where)
    if mapping.time_format is None:
        return None
    text = mapping.time_format.replace("'", "''")
    parsed = f"try_strptime({column}::VARCHAR, '{text}')"
    if "%z" in mapping.time_format or "%Z" in mapping.time_format:
        return Instant(f"epoch_ns({parsed})")
    return _in_zone(parsed, mapping, where)


def written_instant(
    column: str,
    counts: dict[str, int],
    highest: float | None,
    mapping: TableMapping,
    where: str,
    *,
    others: bool,
) -> Instant:
    """The instant by how it is written: so many numbers, times with a zone, and without; and whether
    there are `others`, as dates alone, which DuckDB would take for midnight. `highest` is the largest number.
    Raises UnclearTime.
    """
    if counts["numbers"] > max(counts["zoned"], counts["local"]):
        unit_ns = _unit_ns(highest, mapping, where)
        return Instant(f"try_cast(round(try_cast({column} AS DECIMAL(38, 9)) * {unit_ns}) AS BIGINT)")
    if counts["zoned"] and counts["local"]:
        value = f"{counts['zoned']:,} times with a zone, {counts['local']:,} without"
        raise UnclearTime(Problem(where, value, "must all have a zone, or none: mend the file"))
    form = "local" if counts["local"] else "zoned"
    fits = f"regexp_matches({column}::VARCHAR, '{FORMS[form]}')" if others else "true"
    if counts["local"]:
        timestamp = f"try_cast({column} AS TIMESTAMP)"
        fitting = f"CASE WHEN {fits} THEN {timestamp} END" if others else timestamp
        return _in_zone(fitting, mapping, where)
    nowhere = f"regexp_matches({column}::VARCHAR, '{_NO_OFFSET}')"
    instant = f"TRY(epoch_ns(try_cast({column} AS TIMESTAMPTZ)))"
    return Instant(f"CASE WHEN {fits} AND NOT {nowhere} THEN {instant} END")


def whole_instant(column: str, highest: int | None, mapping: TableMapping, where: str) -> Instant:
    """The instant where it is a whole number of at most 64 bits. Raises UnclearTime."""
    return Instant(f"TRY({column}::BIGINT * {_unit_ns(highest, mapping, where)})")


def _unit_ns(highest: float | None, mapping: TableMapping, where: str) -> int:
    unit = mapping.time_unit or _unit_of(highest)
    if unit is None:
        value = "no number" if highest is None else f"up to {highest:g}"
        raise UnclearTime(Problem(where, value, "no unit puts it after 2000: say --setting time_unit=s"))
    return NS_IN[unit]


def _in_zone(timestamp: str, mapping: TableMapping, where: str) -> Instant:
    if mapping.time_zone is None:
        allowed = "say which: --setting time_zone=UTC, or Europe/Berlin"
        raise UnclearTime(Problem(where, "times without a zone", allowed))
    clock_ns = f"TRY(epoch_ns({timestamp}))"
    if mapping.time_zone == "UTC":
        return Instant(clock_ns)
    return Instant(since_1970(mapping.time_zone, CLOCK_NS), clock_ns)


def _unit_of(highest: float | None) -> str | None:
    """The one unit in which a number is an instant between 2000 and 2100: they do not overlap."""
    if highest is None:
        return None
    return next((unit for unit, ns in NS_IN.items() if YEAR_2000_S <= highest * ns / 1e9 < YEAR_2100_S), None)
