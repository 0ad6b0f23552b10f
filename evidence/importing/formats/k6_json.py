"""k6: the JSON lines of `--out json=FILE`."""

from collections.abc import Iterator

import orjson

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, shortened
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions, first_line
from evidence.importing.formats.k6_points import LATENCY, Point, is_of_interest, requests_of_points
from evidence.importing.instants import rfc3339_ns
from evidence.importing.source_file import Line, SourceFile


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests and dropped iterations."""
    return requests_of_points(_points(source, account), account, options)


def _points(source: SourceFile, account: Account) -> Iterator[Point]:
    for line in source.lines():
        try:
            point = _point(line)
        except BadValue as error:
            if line.ended:
                account.refuse(line.where, error)
            else:
                account.cut_off()
            continue
        if isinstance(point, str):
            account.pass_over(point)
        else:
            yield point


def _point(line: Line) -> Point | str:
    """The point of a line, or what else the line is about."""
    if not line.data.strip():
        return "empty lines"
    try:
        content: object = orjson.loads(line.data)
    except orjson.JSONDecodeError as error:
        raise BadValue("", shortened(line.text), f"must be one JSON object ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get("metric"), str):
        raise BadValue("metric", shortened(line.text), "must be there, as in k6's --out json")
    metric = content["metric"]
    if content.get("type") == "Metric":
        return "declarations of metrics"
    if not is_of_interest(metric):
        return f"points of {metric}"
    data = content.get("data")
    if not isinstance(data, dict):
        raise BadValue("data", shortened(data), "must be an object with time, value and tags")
    at, tags, value = data.get("time"), data.get("tags") or {}, data.get("value")
    if not isinstance(at, str) or not isinstance(tags, dict) or not isinstance(value, int | float):
        raise BadValue("data", shortened(data), "must have a time (text), a value (number) and tags")
    named = {str(name): str(tag) for name, tag in tags.items()}
    return Point(line.where, metric, rfc3339_ns("data.time", at), _decimal(value), named)


def _decimal(value: float) -> str:
    return f"{value:.9f}"


def _recognises(head: bytes) -> bool:
    try:
        content: object = orjson.loads(first_line(head))
    except orjson.JSONDecodeError:
        return False
    return isinstance(content, dict) and content.get("type") in {"Metric", "Point"} and "metric" in content


FORMAT = Format("k6-json", "k6", "k6, JSON lines of --out json", LATENCY, _recognises, read)
