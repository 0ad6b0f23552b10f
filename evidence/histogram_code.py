"""Histograms as text: HdrHistogram's own V2 encoding, compressed and in base64, which its tools read.

A header, then the counts of the buckets in order as ZigZag LEB128 numbers; a negative one stands for that
many empty buckets (HdrHistogram, V2EncodingCookieBase). The longest latency has no place in it and is kept
beside.
"""

import base64
import binascii
import struct
import zlib

import numpy as np

from evidence.latency_histogram import BUCKETS, HIGHEST_NS, BucketCounts, Integers

_HEADER = struct.Struct(">iiiiqqd")
"""Cookie, length of the counts, offset of the first bucket, significant digits, lowest, highest, ratio."""
_COOKIE = 0x1C849313
_OUTER = struct.Struct(">ii")
"""Cookie, length of what is compressed."""
_COMPRESSED_COOKIE = 0x1C849314
_DIGITS, _LOWEST_NS = 3, 1
_GROUP_BITS = 7
_MOST_GROUPS = 9
_LEVEL = 1
"""zlib's fastest: the writer's time is the generator's."""


def encode_histogram(filled: BucketCounts) -> str:
    """The text of it."""
    numbers = _varints(_counts_and_gaps(filled))
    header = _HEADER.pack(_COOKIE, len(numbers), 0, _DIGITS, _LOWEST_NS, HIGHEST_NS, 1.0)
    compressed = zlib.compress(header + numbers, _LEVEL)
    return base64.b64encode(_OUTER.pack(_COMPRESSED_COOKIE, len(compressed)) + compressed).decode("ascii")


def decode_histogram(text: str, max_ns: int) -> BucketCounts:
    """What was encoded. Raises ValueError when the text is none of a histogram with the same buckets."""
    try:
        outer = base64.b64decode(text, validate=True)
        cookie, length = _OUTER.unpack_from(outer)
        content = zlib.decompress(outer[_OUTER.size : _OUTER.size + length])
        inner_cookie, counts_length, offset, digits, lowest, _, _ = _HEADER.unpack_from(content)
    except (binascii.Error, struct.error, zlib.error) as error:
        raise ValueError(f"no histogram: {error}") from error
    if (cookie, inner_cookie) != (_COMPRESSED_COOKIE, _COOKIE):
        raise ValueError(f"no HdrHistogram of version 2: its cookies are {cookie:#x} and {inner_cookie:#x}")
    if (offset, digits, lowest) != (0, _DIGITS, _LOWEST_NS):
        raise ValueError(
            f"other buckets: {digits} digits from {lowest} on, {_DIGITS} from 1 ns are read here"
        )
    return _filled(content[_HEADER.size : _HEADER.size + counts_length], max_ns)


def _counts_and_gaps(filled: BucketCounts) -> Integers:
    """Each count, with the gap of empty buckets before it as a negative number."""
    gaps = np.diff(filled.buckets, prepend=-1) - 1
    numbers = np.empty(2 * len(gaps), dtype=np.int64)
    numbers[::2], numbers[1::2] = -gaps, filled.counts
    present = np.ones(len(numbers), dtype=bool)
    present[::2] = gaps > 0
    return numbers[present]


def _varints(numbers: Integers) -> bytes:
    """ZigZag LEB128, all at once: seven bits a byte, the lowest first, the eighth says that more follow."""
    zigzag = ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)
    shifts = np.arange(_MOST_GROUPS, dtype=np.uint64) * np.uint64(_GROUP_BITS)
    groups = zigzag[:, None] >> shifts
    is_last = groups < (1 << _GROUP_BITS)
    group_bytes = (groups & np.uint64(0x7F)).astype(np.uint8) | np.where(is_last, 0, 0x80).astype(np.uint8)
    wanted = np.ones(groups.shape, dtype=bool)
    wanted[:, 1:] = ~is_last[:, :-1]
    return bytes(group_bytes[wanted])


def _filled(content: bytes, max_ns: int) -> BucketCounts:
    buckets: list[int] = []
    counts: list[int] = []
    bucket = zigzag = shift = 0
    for byte in content:
        zigzag |= (byte & 0x7F) << shift
        shift += _GROUP_BITS
        if byte & 0x80:
            continue
        number = (zigzag >> 1) ^ -(zigzag & 1)
        zigzag = shift = 0
        if number > 0:
            buckets.append(bucket)
            counts.append(number)
        bucket += max(1, -number)
    if bucket > BUCKETS:
        raise ValueError(f"{bucket} buckets, at most {BUCKETS} are read here")
    return BucketCounts(np.array(buckets, dtype=np.int64), np.array(counts, dtype=np.int64), max_ns)
