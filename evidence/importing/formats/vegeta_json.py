"""Vegeta: the JSON lines of `vegeta encode` (its default)."""

from collections.abc import Iterator

import orjson

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, shortened
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions, first_line
from evidence.importing.formats.vegeta_result import LATENCY, VegetaResult, whole_number
from evidence.importing.instants import rfc3339_ns
from evidence.importing.reading import read_lines
from evidence.importing.source_file import Line, SourceFile

_FIELDS = ("code", "timestamp", "latency", "seq")


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests."""
    return read_lines(source, account, lambda line: _result(line).as_request(options), self_delimiting=True)


def _result(line: Line) -> VegetaResult:
    try:
        content: object = orjson.loads(line.data)
    except orjson.JSONDecodeError as error:
        raise BadValue("", shortened(line.text), f"must be one JSON object ({error})") from error
    if not isinstance(content, dict):
        raise BadValue("", shortened(line.text), "must be a JSON object")
    missing = [name for name in _FIELDS if name not in content]
    if missing:
        raise BadValue(missing[0], "missing", "must be there, as in vegeta encode")
    return VegetaResult(
        code=whole_number("code", content["code"]),
        timestamp_ns=rfc3339_ns("timestamp", str(content["timestamp"])),
        latency_ns=whole_number("latency", content["latency"]),
        bytes_in=whole_number("bytes_in", content.get("bytes_in", 0)),
        error=str(content.get("error") or ""),
        method=str(content.get("method") or ""),
        url=str(content.get("url") or ""),
        attack=str(content.get("attack") or ""),
    )


def _recognises(head: bytes) -> bool:
    line = first_line(head)
    try:
        content: object = orjson.loads(line)
    except orjson.JSONDecodeError:
        # A recorded body may be longer than the head.
        return line.startswith('{"attack":') and '"seq":' in line and '"latency":' in line
    return isinstance(content, dict) and all(name in content for name in _FIELDS)


FORMAT = Format("vegeta-json", "vegeta", "Vegeta, JSON of vegeta encode", LATENCY, _recognises, read)
