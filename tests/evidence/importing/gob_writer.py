"""Writes what `vegeta attack` writes, for tests: gob as encoding/gob describes it."""

from collections.abc import Iterable

from evidence.importing.formats.vegeta_gob import SECONDS_TO_1970
from evidence.importing.formats.vegeta_result import VegetaResult

_NS_PER_S = 1_000_000_000
_RESULT, _TIME, _STRINGS, _HEADERS = 64, 65, 66, 67
_UINT, _INT, _STRING, _BYTES = 3, 2, 6, 5
_FIELDS = (
    *(("Attack", _STRING), ("Seq", _UINT), ("Code", _UINT), ("Timestamp", _TIME), ("Latency", _INT)),
    *(("BytesOut", _UINT), ("BytesIn", _UINT), ("Error", _STRING), ("Body", _BYTES), ("Method", _STRING)),
    *(("URL", _STRING), ("Headers", _HEADERS)),
)


def uint(value: int) -> bytes:
    """A whole number: one byte below 128, else the count of its bytes, negated, and those."""
    if value < 128:
        return bytes([value])
    width = (value.bit_length() + 7) // 8
    return bytes([256 - width]) + value.to_bytes(width, "big")


def sint(value: int) -> bytes:
    """A signed number: its sign is the lowest bit."""
    return uint(~value << 1 | 1 if value < 0 else value << 1)


def text(value: str | bytes) -> bytes:
    """A string or bytes, counted."""
    data = value.encode() if isinstance(value, str) else value
    return uint(len(data)) + data


def message(content: bytes) -> bytes:
    """A message, counted."""
    return uint(len(content)) + content


def descriptions() -> bytes:
    """The four messages that describe the types of a result."""
    fields = b"".join(b"\1" + text(name) + b"\1" + sint(kind) + b"\0" for name, kind in _FIELDS)
    result = _description(_RESULT, 3, "Result", b"\1" + uint(len(_FIELDS)) + fields)
    time = _description(_TIME, 5, "Time", b"")
    headers = _description(_HEADERS, 4, "Header", b"\1" + sint(_STRING) + b"\1" + sint(_STRINGS))
    strings = _description(_STRINGS, 2, "[]string", b"\1" + sint(_STRING))
    return result + time + headers + strings


def results(written: Iterable[VegetaResult], body: bytes = b"") -> bytes:
    """The messages of these results; fields that are zero are left out, as Go does."""
    return b"".join(_result(one, number, body) for number, one in enumerate(written))


def _description(number: int, kind: int, name: str, rest: bytes) -> bytes:
    common = b"\1" + (b"\1" + text(name) if name else b"") + (b"\1" if name else b"\2") + sint(number) + b"\0"
    return message(sint(-number) + uint(kind) + common + rest + b"\0\0")


def _result(one: VegetaResult, number: int, body: bytes) -> bytes:
    seconds, nanoseconds = divmod(one.timestamp_ns, _NS_PER_S)
    time = (
        b"\1" + (seconds + SECONDS_TO_1970).to_bytes(8, "big") + nanoseconds.to_bytes(4, "big") + b"\xff\xff"
    )
    values = (
        text(one.attack) if one.attack else b"",
        uint(number) if number else b"",
        uint(one.code) if one.code else b"",
        text(time),
        sint(one.latency_ns) if one.latency_ns else b"",
        b"",
        uint(one.bytes_in) if one.bytes_in else b"",
        text(one.error) if one.error else b"",
        text(body) if body else b"",
        text(one.method) if one.method else b"",
        text(one.url) if one.url else b"",
        uint(1) + text("Server") + uint(2) + text("a") + text("b"),
    )
    content, step = sint(_RESULT), 1
    for value in values:
        if value:
            content += uint(step) + value
            step = 1
        else:
            step += 1
    return message(content + b"\0")
