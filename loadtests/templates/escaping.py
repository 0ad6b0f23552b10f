"""How a value is written at its place, so that whatever it holds stays one value there."""

from json.encoder import encode_basestring_ascii
from urllib.parse import quote

import orjson

type Value = str | int | float | bool
"""What a name can stand for."""

_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))
_IN_A_REQUEST_LINE = "/?#[]@!$&'()*+,;=:%-._~"


def as_text(value: Value) -> str:
    """As JSON would write it, but text without quotes."""
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def in_url(value: Value) -> str:
    """Percent-encoded: neither a slash nor an ampersand of the value divides the URL."""
    return quote(as_text(value), safe="")


def as_path(value: Value) -> str:
    """A value that is a whole path, as a Location is: only what a request line cannot carry is encoded."""
    return quote(as_text(value), safe=_IN_A_REQUEST_LINE)


def in_header(value: Value) -> str:
    """One line of ASCII; what is not printable is percent-encoded."""
    return quote(as_text(value), safe=_PRINTABLE)


def as_json(value: Value) -> str:
    """A JSON value of the same type."""
    return orjson.dumps(value).decode()


def in_json_text(value: Value) -> str:
    """A part of a JSON string."""
    return encode_basestring_ascii(as_text(value))[1:-1]
