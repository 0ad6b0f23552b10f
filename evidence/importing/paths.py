"""The path of a URL with what differs from request to request taken out: the name of an operation."""

import re
from functools import lru_cache
from urllib.parse import unquote

from evidence.importing.errors import InvalidOption

ANY = "{id}"
_PLACEHOLDER = re.compile(r"\{[^{}/]*\}")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HEX = re.compile(r"(?=.*\d)[0-9a-fA-F]{8,}")
_TOKEN = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_\-=.~:]{16,}")
_MOST_SEGMENTS = 12
_ORIGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*)(.*)", re.DOTALL)


def split_url(url: str) -> tuple[str | None, str]:
    """Origin (None for a bare path) and path of a URL, without query and fragment."""
    match = _ORIGIN.fullmatch(url)
    origin, rest = (match[1], match[2]) if match else (None, url)
    path = rest.split("#", 1)[0].split("?", 1)[0]
    return origin, path or "/"


@lru_cache(maxsize=8192)
def general_path(path: str) -> str:
    """The path with `{id}` for each segment that names one thing of many, and no trailing slash.

    Such a segment is a number, a UUID, eight or more hexadecimal digits, an address with an @, or sixteen or
    more letters and digits of a token; beyond twelve segments the rest is left out.
    """
    segments = path.strip("/").split("/")
    named = [ANY if _names_one(segment) else segment for segment in segments[:_MOST_SEGMENTS]]
    if len(segments) > _MOST_SEGMENTS:
        named.append("…")
    return "/" + "/".join(named)


def _names_one(segment: str) -> bool:
    plain = unquote(segment)
    return (
        plain.isdecimal()
        or "@" in plain
        or _UUID.fullmatch(plain) is not None
        or _HEX.fullmatch(plain) is not None
        or _TOKEN.fullmatch(plain) is not None
    )


def template_pattern(template: str) -> re.Pattern[str]:
    """What a template as `/documents/{id}` matches: any one segment for each pair of braces.

    Raises InvalidOption.
    """
    if not template.startswith("/"):
        raise InvalidOption(f"--path-template {template!r}: must begin with a slash, as /documents/{{id}}")
    parts = (re.escape(part) for part in _PLACEHOLDER.split(template.rstrip("/") or "/"))
    return re.compile(f"{'[^/]+'.join(parts)}/?")
