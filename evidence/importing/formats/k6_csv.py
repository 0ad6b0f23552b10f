"""k6: the file of `--out csv=FILE`."""

from collections.abc import Iterator

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, shortened
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions, first_line
from evidence.importing.formats.k6_points import LATENCY, Point, is_of_interest, requests_of_points
from evidence.importing.instants import NS_PER_S, epoch_ns, rfc3339_ns
from evidence.importing.reading import Row, csv_rows, field_at, header_indices
from evidence.importing.source_file import SourceFile

_HEADER = "metric_name,timestamp,metric_value"
_UNITS_BY_DIGITS = {10: NS_PER_S, 13: 1_000_000, 16: 1_000, 19: 1}
"""K6_CSV_TIME_FORMAT: unix, unix_milli, unix_micro, unix_nano."""
_WHOLE_SECONDS = (
    "k6 wrote instants in whole seconds (K6_CSV_TIME_FORMAT=unix, its default): requests are placed to the "
    "second, their durations are exact"
)
_NOT_TAGS = frozenset({"metric_name", "timestamp", "metric_value", "extra_tags", "metadata"})


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests and dropped iterations."""
    return requests_of_points(_points(source, account), account, options)


def _points(source: SourceFile, account: Account) -> Iterator[Point]:
    rows = csv_rows(source)
    columns: dict[str, int] = {}
    for row in rows:
        if not row.fields and row.problem is None:
            account.pass_over("empty lines", row.lines)
        elif not row.ended:
            account.cut_off(row.lines)
        elif row.fields[:1] == ("metric_name",):
            columns = header_indices(row)
            account.pass_over("headers", row.lines)
        else:
            yield from _accounted(row, columns, account)


def _accounted(row: Row, columns: dict[str, int], account: Account) -> Iterator[Point]:
    try:
        point = _point(row, columns)
    except BadValue as error:
        account.refuse(row.where, error, row.lines)
        return
    if isinstance(point, str):
        account.pass_over(point, row.lines)
        return
    if point.at_ns % NS_PER_S == 0:
        account.remark(_WHOLE_SECONDS)
    yield point


def _point(row: Row, columns: dict[str, int]) -> Point | str:
    if row.problem is not None:
        raise row.problem
    if not columns:
        raise BadValue("", shortened(",".join(row.fields)), f"a header must come first: {_HEADER},…")
    metric = field_at(row, columns, "metric_name")
    if not is_of_interest(metric):
        return f"points of {metric}"
    tags = {
        name: row.fields[index]
        for name, index in columns.items()
        if name not in _NOT_TAGS and index < len(row.fields) and row.fields[index]
    }
    if "extra_tags" in columns and columns["extra_tags"] < len(row.fields):
        pairs = (pair.partition("=") for pair in row.fields[columns["extra_tags"]].split("&"))
        tags.update({name: value for name, separator, value in pairs if separator})
    at_ns = _instant_ns(field_at(row, columns, "timestamp"))
    return Point(row.where, metric, at_ns, field_at(row, columns, "metric_value"), tags)


def _instant_ns(text: str) -> int:
    if text.isdecimal() and len(text) in _UNITS_BY_DIGITS:
        return epoch_ns("timestamp", text, _UNITS_BY_DIGITS[len(text)])
    return rfc3339_ns("timestamp", text)


def _recognises(head: bytes) -> bool:
    return first_line(head).startswith(_HEADER)


FORMAT = Format("k6-csv", "k6", "k6, the CSV of --out csv", LATENCY, _recognises, read)
