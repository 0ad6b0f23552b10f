"""Samples of native histograms, written to a Prometheus as another one would.

https://prometheus.io/docs/specs/prw/remote_write_spec/ (version 1) and prompb/types.proto.
"""

import struct
from collections.abc import Mapping, Sequence
from urllib.request import Request, urlopen


def write_native(
    url: str, labels: Mapping[str, str], schema: int, samples: Sequence[tuple[int, Mapping[int, int]]]
) -> None:
    """Each sample: when (seconds), and how many there are in each bucket, by its number."""
    series = b"".join(_field(1, _text(1, name) + _text(2, value)) for name, value in sorted(labels.items()))
    for at_s, buckets in samples:
        series += _field(4, _histogram(schema, at_s, buckets))
    request = Request(  # noqa: S310 -- our own server
        f"{url}/api/v1/write",
        data=_uncompressed(_field(1, series)),
        headers={
            "Content-Encoding": "snappy",
            "Content-Type": "application/x-protobuf",
            "X-Prometheus-Remote-Write-Version": "0.1.0",
        },
    )
    with urlopen(request, timeout=30) as answer:  # noqa: S310 -- our own
        assert answer.status in {200, 204}


def _histogram(schema: int, at_s: int, buckets: Mapping[int, int]) -> bytes:
    count = sum(buckets.values())
    body = _number(1, count) + _double(3, count / 10) + _number(4, _zigzag(schema)) + _double(5, 1e-128)
    body += _number(6, 0)
    spans, deltas, last, before = b"", b"", None, 0
    for number in sorted(buckets):
        # A span of one bucket each: as far from the one before as it is.
        offset = number if last is None else number - last - 1
        spans += _field(11, _number(1, _zigzag(offset)) + _number(2, 1))
        deltas += _varint(_zigzag(buckets[number] - before))
        last, before = number, buckets[number]
    return body + spans + _field(12, deltas) + _number(15, at_s * 1000)


def _uncompressed(body: bytes) -> bytes:
    """Snappy that says every byte as it is."""
    literals = b""
    for start in range(0, len(body), 65_536):
        part = body[start : start + 65_536]
        literals += b"\xf4" + struct.pack("<H", len(part) - 1) + part
    return _varint(len(body)) + literals


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _field(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _text(field: int, text: str) -> bytes:
    return _field(field, text.encode())
