"""The table of objectives for spreadsheets and programs: CSV and JSON, unrounded."""

import csv
from collections.abc import Iterable
from io import StringIO

from pydantic import TypeAdapter

from evidence.verdict_record import ObjectiveResult

COLUMNS = (
    *("name", "service", "indicator", "tier", "operation", "phase", "demanded", "verdict"),
    *("target", "threshold_ms", "good", "bad", "unknown", "total", "ratio", "budget", "consumed"),
    *("low", "high", "level", "method", "reason", "needs"),
)
"""Of the CSV; phase is empty for the whole run, a number that there is not is empty. low and
high were found by method."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def objectives_csv(objectives: Iterable[ObjectiveResult]) -> bytes:
    """RFC 4180, UTF-8, a row an objective and phase.

    Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
    """
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in objectives:
        writer.writerow([_cell(value) for value in _row(one)])
    return text.getvalue().encode()


def objectives_json(objectives: tuple[ObjectiveResult, ...]) -> bytes:
    """A list of the entries that verdict.json has."""
    return TypeAdapter(tuple[ObjectiveResult, ...]).dump_json(objectives, indent=2) + b"\n"


def _row(one: ObjectiveResult) -> tuple[str | float | None, ...]:
    interval = one.interval
    return (
        *(one.name, one.service, one.indicator, one.labels.get("tier"), one.labels.get("operation")),
        *(one.phase, "yes" if one.demanded else "no", one.verdict.value),
        *(one.target, one.threshold_ms, one.good, one.bad, one.unknown, one.total),
        *(one.ratio, one.budget, one.consumed),
        *(
            (None, None, None, None)
            if interval is None
            else (interval.low, interval.high, interval.level, interval.method)
        ),
        *(one.reason, one.needs),
    )


def _cell(value: str | float | None) -> str | float:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
