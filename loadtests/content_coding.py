"""What a body says once the coding that it was sent in is undone (RFC 9110, section 8.4)."""

import zlib
from collections.abc import Mapping

READABLE_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "identity"})
"""That an answer may be asked for in, where something is to be read in it."""
_MOST_BYTES = 64 * 2**20
"""A small body may stand for a huge one."""
_ZLIB_OR_GZIP, _RAW = 47, -15
"""Window bits: servers send deflate with and without the wrapping that it must have."""


def plain_body(body: bytes, headers: Mapping[str, str]) -> bytes:
    """The body without its Content-Encoding. One that cannot be undone, or stands for more than 64 MiB, is
    left as it came: whatever must hold of it does not. Names of `headers` are in lower case.
    """
    codings = [one.strip().lower() for one in headers.get("content-encoding", "").split(",")]
    for coding in reversed(codings):  # the last one was applied last
        if coding in {"", "identity"}:
            continue
        undone = _undone(body) if coding in READABLE_CODINGS else None
        if undone is None:
            return body
        body = undone
    return body


def _undone(body: bytes) -> bytes | None:
    for window_bits in (_ZLIB_OR_GZIP, _RAW):
        unpacking = zlib.decompressobj(window_bits)
        try:
            plain = unpacking.decompress(body, _MOST_BYTES)
        except zlib.error:
            continue
        return plain if unpacking.eof else None
    return None
