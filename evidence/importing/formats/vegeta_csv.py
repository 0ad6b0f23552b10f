"""Vegeta: the CSV of `vegeta encode --to=csv`, which has no header."""

from collections.abc import Iterator

from evidence.importing.account import Account
from evidence.importing.errors import BadValue
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions, first_line
from evidence.importing.formats.vegeta_result import LATENCY, VegetaResult, whole_number
from evidence.importing.reading import PassedOver, Row, csv_rows, read_rows
from evidence.importing.source_file import SourceFile

_TIMESTAMP, _CODE, _LATENCY_NS, _BYTES_IN, _ERROR, _ATTACK, _METHOD, _URL = 0, 1, 2, 4, 5, 7, 9, 10
_LEAST_COLUMNS, _COLUMNS_WITH_URL = 9, 11
"""Since version 12.8 a row ends with method, URL and headers."""
_DIGITS_OF_NS = 19


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests."""

    def parse(row: Row) -> ForeignRequest | PassedOver:
        return _result(row).as_request(options) if row.fields else PassedOver("empty lines")

    return read_rows(csv_rows(source), account, parse)


def _result(row: Row) -> VegetaResult:
    fields = row.fields
    if len(fields) < _LEAST_COLUMNS:
        raise BadValue("", f"{len(fields)} columns", f"must be {_LEAST_COLUMNS} or 12, as of vegeta encode")
    with_url = len(fields) >= _COLUMNS_WITH_URL
    return VegetaResult(
        code=whole_number("column 2, the code", fields[_CODE]),
        timestamp_ns=whole_number("column 1, the timestamp", fields[_TIMESTAMP]),
        latency_ns=whole_number("column 3, the latency", fields[_LATENCY_NS]),
        bytes_in=whole_number("column 5, the bytes in", fields[_BYTES_IN]),
        error=fields[_ERROR],
        method=fields[_METHOD] if with_url else "",
        url=fields[_URL] if with_url else "",
        attack=fields[_ATTACK],
    )


def _recognises(head: bytes) -> bool:
    fields = first_line(head).split(",")
    return (
        len(fields) >= _LEAST_COLUMNS
        and fields[_TIMESTAMP].isdecimal()
        and len(fields[_TIMESTAMP]) == _DIGITS_OF_NS
        and fields[_CODE].isdecimal()
        and fields[_LATENCY_NS].isdecimal()
    )


FORMAT = Format("vegeta-csv", "vegeta", "Vegeta, CSV of vegeta encode", LATENCY, _recognises, read)
