"""What a body says once the coding that it was sent in is undone (RFC 9110, section 8.4)."""

import zlib
from collections.abc import Mapping

READABLE_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "identity"})
"""That an answer may be asked for in, where something is to be read in it."""
_MOST_BYTES = 64 * 2**20
"""A small body may stand for a huge one."""
_GZIP_MEMBER = b"\x1f\x8b"
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
    return next((one for bits in (_ZLIB_OR_GZIP, _RAW) if (one := _unpacked(body, bits)) is not None), None)


def _unpacked(body: bytes, window_bits: int) -> bytes | None:
    """All members, of which gzip may have several (RFC 1952, section 2.2); what pads them is nothing."""
    plain, rest = b"", body
    while rest:
        unpacking = zlib.decompressobj(window_bits)
        try:
            plain += unpacking.decompress(rest, _MOST_BYTES - len(plain) + 1)
        except zlib.error:
            return None
        if not unpacking.eof or len(plain) > _MOST_BYTES:
            return None
        rest = unpacking.unused_data if unpacking.unused_data.startswith(_GZIP_MEMBER) else b""
    return plain
