"""Encoded histograms of HdrHistogram, behind its Python package, which has no types and trusts its input."""

import base64
import binascii
import zlib
from dataclasses import dataclass

import numpy as np
from hdrh.codec import HdrCookieException, HdrHistogramSettingsException, HdrLengthException
from hdrh.histogram import HdrHistogram

from evidence.importing.errors import BadValue, shortened

_HEADER_BYTES = 8
_MOST_BYTES = 32 * 2**20
"""Uncompressed: a histogram of the finest resolution and the widest range takes less."""
_DECODING_ERRORS = (
    HdrCookieException,
    HdrHistogramSettingsException,
    HdrLengthException,
    ValueError,
    IndexError,
    OverflowError,
    MemoryError,
    TypeError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a histogram recorded."""

    counts: tuple[tuple[int, int], ...]
    """Value and how often, ascending. The value is the highest that the histogram cannot tell from it."""
    digits: int
    """Significant decimal digits that the values have."""


def decode(text: str) -> Recorded:
    """The histogram that `text` encodes (V2, compressed, in base64). Raises BadValue."""
    try:
        encoded = base64.b64decode(text, validate=True)
        _check_size(encoded[_HEADER_BYTES:])
        histogram = HdrHistogram.decode(text)
        counts = np.ctypeslib.as_array(histogram.counts)
    except (binascii.Error, zlib.error, *_DECODING_ERRORS) as error:
        allowed = f"must be a V2 compressed histogram in base64 ({type(error).__name__} {error})".rstrip()
        raise BadValue("histogram", shortened(text, 24), allowed) from error
    recorded = tuple(
        (_highest(histogram, int(index)), int(counts[index])) for index in np.flatnonzero(counts)
    )
    return Recorded(recorded, int(histogram.significant_figures))


def _highest(histogram: HdrHistogram, index: int) -> int:
    value = histogram.get_value_from_index(index)
    return int(histogram.get_highest_equivalent_value(value))


def _check_size(compressed: bytes) -> None:
    opened = zlib.decompressobj()
    opened.decompress(compressed, _MOST_BYTES)
    if opened.unconsumed_tail:
        raise ValueError(f"over {_MOST_BYTES:,} bytes")
