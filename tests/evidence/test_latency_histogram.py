"""Percentiles from buckets are those of the latencies, to 0.05%; a histogram's text is what others read."""

import base64
import math
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.histogram_code import decode_histogram, encode_histogram
from evidence.latency_histogram import BUCKETS, HIGHEST_NS, BucketCounts, LatencyHistogram

MOST_ERROR = 0.0005
latencies = st.lists(st.integers(0, HIGHEST_NS), min_size=1, max_size=200)


def histogram(*values_ns: int) -> LatencyHistogram:
    made = LatencyHistogram()
    made.record(values_ns)
    return made


@given(st.integers(0, HIGHEST_NS))
def test_a_latency_is_told_to_within_a_twentieth_of_a_percent(value_ns: int) -> None:
    # Beside one that is longer, so that it is not told exactly for being the longest.
    (told_ns,) = histogram(value_ns, HIGHEST_NS).percentiles_ns(0.5)
    assert told_ns is not None
    assert abs(told_ns - value_ns) <= MOST_ERROR * value_ns


@given(latencies, st.sampled_from([0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0]))
def test_a_percentile_is_the_value_of_its_rank(values_ns: list[int], quantile: float) -> None:
    (told_ns,) = histogram(*values_ns).percentiles_ns(quantile)
    exact_ns = sorted(values_ns)[math.ceil(round(quantile * len(values_ns), 9)) - 1]
    assert told_ns is not None
    assert abs(told_ns - exact_ns) <= MOST_ERROR * exact_ns


def test_a_rank_is_computed_exactly() -> None:
    # 0.29 * 100 is 28.999… in floats, 0.07 * 100 is 7.000…1: the 29th and the 7th are meant.
    counted = histogram(*range(1, 101))
    assert counted.percentiles_ns(0.29, 0.07) == (29.0, 7.0)


def test_the_longest_latency_is_exact_also_beyond_the_last_bucket() -> None:
    longest_ns = 3 * HIGHEST_NS
    counted = histogram(5, 123_456_789_123, longest_ns)
    assert counted.max_ns == longest_ns
    assert counted.percentiles_ns(1.0, 0.999) == (longest_ns, longest_ns)
    assert counted.count == 3


def test_without_a_latency_there_is_no_percentile() -> None:
    assert LatencyHistogram().percentiles_ns(0.5, 0.99) == (None, None)


def test_a_clock_that_ran_backwards_counts_as_nothing() -> None:
    assert histogram(-5).filled().buckets.tolist() == [0]


@given(latencies, latencies)
def test_two_added_are_one_that_counted_all(ours: list[int], theirs: list[int]) -> None:
    added, whole = histogram(*ours), histogram(*ours, *theirs)
    added.add(histogram(*theirs).filled())
    assert same(added.filled(), whole.filled())
    assert added.count == whole.count


def test_cleared_it_is_as_new() -> None:
    counted = histogram(1, 2, 3)
    counted.clear()
    assert same(counted.filled(), LatencyHistogram().filled())
    assert counted.count == 0


@given(latencies)
def test_its_text_gives_it_back(values_ns: list[int]) -> None:
    filled = histogram(*values_ns).filled()
    assert same(decode_histogram(encode_histogram(filled), filled.max_ns), filled)


def test_large_counts_survive_as_text() -> None:
    filled = BucketCounts(np.array([0, 7, BUCKETS - 1]), np.array([1, 2**40, 63]), HIGHEST_NS)
    assert same(decode_histogram(encode_histogram(filled), HIGHEST_NS), filled)


def test_nothing_survives_as_text() -> None:
    assert decode_histogram(encode_histogram(LatencyHistogram().filled()), 0).buckets.size == 0


WRITTEN_BY_HDRHISTOGRAM = (
    "HISTFAAAADt4nJNpmSzMwMAgwwABzFCakYGB/T8I2H+ACLAwMU5gZmT6KM/G9OAox94+IDOPa3oq0+q5jEwAta8P+g=="
)
"""By the Python package hdrhistogram 0.10: HdrHistogram(1, 2**43 - 1, 3) with these counts."""
ITS_COUNTS = {
    0: 2,
    1: 1,
    3: 200,
    5: 1,
    2047: 3,
    2048: 1,
    2050: 70_000,
    1_000_000: 1,
    123_456_789: 5,
    10_000_000_000: 1,
    HIGHEST_NS: 1,
}


def test_the_text_is_that_of_other_implementations() -> None:
    counted = LatencyHistogram()
    for value_ns, count in ITS_COUNTS.items():
        counted.record([value_ns] * count)
    assert same(decode_histogram(WRITTEN_BY_HDRHISTOGRAM, HIGHEST_NS), counted.filled())
    assert content(encode_histogram(counted.filled())) == content(WRITTEN_BY_HDRHISTOGRAM)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not base64!", "no histogram"),
        ("HISTFAAA", "no histogram"),
        (base64.b64encode(b"\x1c\x84\x93\x14\x00\x00\x00\x04rubb").decode(), "no histogram"),
        ("HISTFAAAABt4nJNpmSzMwMDAxAABzFCaEUoz2X+AMAAqXQIw", "no histogram"),
    ],
)
def test_what_is_no_histogram_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        decode_histogram(text, 0)


def test_a_histogram_with_other_buckets_is_refused() -> None:
    header, cookie = content(WRITTEN_BY_HDRHISTOGRAM), 0x1C849314
    two_digits = header[:15] + b"\x02" + header[16:]
    compressed = zlib.compress(two_digits)
    outer = cookie.to_bytes(4, "big") + len(compressed).to_bytes(4, "big") + compressed
    with pytest.raises(ValueError, match="other buckets: 2 digits"):
        decode_histogram(base64.b64encode(outer).decode(), 0)


def content(text: str) -> bytes:
    """What is compressed in it: the strength of compression is anybody's choice."""
    return zlib.decompress(base64.b64decode(text)[8:])


def same(one: BucketCounts, other: BucketCounts) -> bool:
    return (one.buckets.tolist(), one.counts.tolist(), one.max_ns) == (
        other.buckets.tolist(),
        other.counts.tolist(),
        other.max_ns,
    )
