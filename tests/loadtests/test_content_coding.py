"""Bodies that come packed are looked into as what they say."""

import gzip
import zlib

import pytest

from loadtests.content_coding import plain_body

PLAIN = b'{"state":"ready"}' * 50


def raw_deflated(body: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(body) + packing.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PLAIN)),
        ("X-GZIP", gzip.compress(PLAIN)),
        ("gzip", gzip.compress(PLAIN[:100]) + gzip.compress(PLAIN[100:])),
        ("gzip", gzip.compress(PLAIN) + bytes(8)),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", raw_deflated(PLAIN)),
        ("identity", PLAIN),
        ("deflate, gzip", gzip.compress(zlib.compress(PLAIN))),
    ],
)
def test_a_packed_body_is_what_was_packed(coding: str, body: bytes) -> None:
    assert plain_body(body, {"content-encoding": coding}) == PLAIN


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", b"\x0b\x02\x80"),
        ("gzip", b"not packed"),
        ("gzip", gzip.compress(PLAIN)[:-5]),
        ("gzip", b""),
        ("gzip", gzip.compress(PLAIN) + gzip.compress(PLAIN)[:-5]),
        ("gzip", gzip.compress(bytes(65 * 2**20))),
        ("gzip", 5 * gzip.compress(bytes(13 * 2**20))),
    ],
    ids=["unknown", "broken", "cut", "empty", "a member cut", "a bomb", "a bomb in parts"],
)
def test_what_cannot_be_undone_is_left_as_it_came(coding: str, body: bytes) -> None:
    assert plain_body(body, {"content-encoding": coding}) == body


def test_a_body_without_a_coding_is_itself() -> None:
    assert plain_body(PLAIN, {}) == PLAIN
