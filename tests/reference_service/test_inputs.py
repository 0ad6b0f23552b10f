"""What clients may send, and what they are told when they may not."""

import orjson
import pytest

from reference_service.caching.entry import Entry, decode, encode
from reference_service.documents.document import parse_document, parse_stored
from reference_service.errors import InvalidInputError
from reference_service.search.query import Bounds, parse_search
from reference_service.search.result import EMPTY_BODY, Hit, SearchResult, as_degraded

BOUNDS = Bounds(page_size=100, result_window=10_000, query_length=50)


def test_a_search_has_defaults_and_forgives_spaces() -> None:
    query = parse_search({"q": "  two   words "}, BOUNDS)
    assert (query.text, query.limit, query.offset) == ("two words", 10, 0)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"q": " "},
        {"q": "x" * 51},
        {"q": "x", "limit": "0"},
        {"q": "x", "limit": "101"},
        {"q": "x", "limit": "-1"},
        {"q": "x", "limit": "ten"},
        {"q": "x", "limit": "٣"},
        {"q": "x", "offset": "9991"},
        {"q": "x", "offset": "9" * 30},
        {"q": "x", "page": "2"},
    ],
)
def test_a_bad_search_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        parse_search(parameters, BOUNDS)


def test_queries_that_differ_have_different_fingerprints() -> None:
    queries = [{"q": "a"}, {"q": "a", "limit": "9"}, {"q": "a", "offset": "9"}, {"q": "b"}]
    assert len({parse_search(q, BOUNDS).fingerprint() for q in queries}) == 4


def test_a_document_survives_its_stored_form() -> None:
    raw = {"id": "a-1", "title": "T", "content": "C", "tags": ["x"]}
    document_id, document = parse_document(orjson.dumps(raw))
    assert document_id == "a-1"
    assert parse_stored(document.stored_json()) == document
    assert orjson.loads(document.body("a-1", 7)) == {**raw, "version": 7}


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b'{"title":"t"}',
        b'{"title":"t","content":""}',
        b'{"title":"t","content":"c","colour":"red"}',
        b'{"title":"t","content":"c","id":"../x"}',
        b'{"title":"t","content":"c","id":7}',
        b'{"title":"t","content":"c","tags":"x"}',
        b'{"title":"t","content":"c","tags":[""]}',
        b'{"title":"t","content":"nul \\u0000"}',
    ],
)
def test_a_bad_document_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInputError):
        parse_document(raw)


def test_a_degraded_answer_says_so_and_keeps_its_hits() -> None:
    body = SearchResult((Hit("1", 1.5, "T", "S"),), 1).body()
    assert orjson.loads(body)["degraded"] is False
    assert orjson.loads(as_degraded(body)) == {**orjson.loads(body), "degraded": True}
    assert orjson.loads(EMPTY_BODY) == {"hits": [], "total": 0, "degraded": True}


def test_a_cache_entry_survives_and_foreign_bytes_are_a_miss() -> None:
    entry = Entry(3_765_392_031_306_743_808, 1_795_478_835_690, b"{}")
    assert decode(encode(entry)) == entry
    assert decode(b"") is None
    assert decode(b"x" * 50) is None
    assert entry.age_s(entry.stored_ms - 5) == 0
