"""What clients may send, and what they are told when they may not."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.caching.entry import Entry, decode, encode
from reference_service.documents.document import parse_document, parse_stored
from reference_service.errors import InvalidInputError
from reference_service.search.clause import All, ClauseBounds, Not, Prefix, Tag, Text
from reference_service.search.cursor import Cursor, CursorCodec, CursorNotFoundError
from reference_service.search.query import Bounds, parse_search, parse_search_body
from reference_service.search.result import Hit, SearchResult, as_degraded, empty_body

BOUNDS = Bounds(page_size=100, result_window=10_000, clause=ClauseBounds(clauses=8, depth=3, length=50))


def test_a_search_has_defaults_and_forgives_spaces() -> None:
    query = parse_search({"q": "  two   words "}, BOUNDS)
    assert (query.clause, query.limit, query.offset) == (Text("two words"), 10, 0)
    assert (query.fields, query.tags, query.highlight, query.cursor) == (("title", "snippet"), (), True, None)


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
        {"q": "x", "offset": "9901"},
        {"q": "x", "offset": "9" * 30},
        {"q": "x", "page": "2"},
        {"q": "w " * 33},
        {"q": "x", "prefix": "yes"},
        {"q": "x", "highlight": "1"},
        {"q": "x", "fields": "title,secret"},
        {"q": "x", "tags": ""},
        {"q": "x", "tags": ",".join("abcdefghijk")},
        {"q": "x", "cursor": ""},
        {"q": "x", "cursor": "c" * 8193},
    ],
)
def test_a_bad_search_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        parse_search(parameters, BOUNDS)


def test_queries_that_differ_have_different_fingerprints() -> None:
    queries = [
        {"q": "a"},
        {"q": "b"},
        *(
            {"q": "a", **more}
            for more in ({"limit": "9"}, {"offset": "9"}, {"prefix": "true"}, {"tags": "a"})
        ),
        *({"q": "a", **more} for more in ({"fields": "title"}, {"highlight": "false"}, {"cursor": "*"})),
    ]
    assert len({parse_search(q, BOUNDS).fingerprint for q in queries}) == len(queries)


def test_a_tree_of_clauses_is_read_as_it_is_written() -> None:
    raw = {
        "query": {"all": [{"text": "a  b"}, {"not": {"tag": "x"}}]},
        "limit": 5,
        "fields": ["tags", "title"],
    }
    query = parse_search_body(orjson.dumps(raw), BOUNDS)
    assert query.clause == All((Text("a b"), Not(Tag("x"))))
    assert (query.limit, query.fields) == (5, ("title", "tags"))
    assert parse_search({"q": "a", "prefix": "true"}, BOUNDS).clause == Prefix("a")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (None, "query"),
        ({}, "query"),
        ({"text": "a", "tag": "b"}, "query"),
        ({"regexp": "a"}, "query"),
        ({"text": ""}, "query.text"),
        ({"text": 7}, "query.text"),
        ({"tag": "x" * 65}, "query.tag"),
        ({"all": []}, "query.all"),
        ({"any": [{"text": "a"}, {"text": " "}]}, "query.any[1].text"),
        ({"not": {"not": {"not": {"text": "a"}}}}, "query.not.not.not"),  # deeper than 3
        ({"all": [{"tag": "a"}] * 9}, "query.all"),  # more than 8 at once
        ({"all": [{"any": [{"tag": "a"}] * 4}, {"any": [{"tag": "a"}] * 4}]}, "query"),  # more than 8 in all
    ],
)
def test_a_bad_tree_is_refused_where_it_is_bad(query: object, field: str) -> None:
    with pytest.raises(InvalidInputError) as told:
        parse_search_body(orjson.dumps({"query": query}), BOUNDS)
    assert told.value.field == field


@given(st.text(), st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=2))
def test_a_cursor_comes_back_as_it_was_given_and_to_nobody_else(view: str, after: list[float]) -> None:
    codec, cursor = CursorCodec(b"secret"), Cursor(view, tuple(after))
    text = codec.encode(cursor, "acme query")
    assert codec.decode(text, "acme query") == cursor
    for other, bound_to in ((codec, "rival query"), (CursorCodec(b"other"), "acme query")):
        with pytest.raises(CursorNotFoundError):
            other.decode(text, bound_to)


@given(st.text(max_size=100))
def test_a_cursor_that_was_made_up_is_refused(text: str) -> None:
    with pytest.raises(CursorNotFoundError):
        CursorCodec(b"secret").decode(text, "acme query")


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
    body = SearchResult((Hit("1", 1.5, {"title": "T"}),), 1).body()
    assert orjson.loads(body)["degraded"] is False
    assert orjson.loads(as_degraded(body)) == {**orjson.loads(body), "degraded": True}
    assert orjson.loads(empty_body(None)) == {"hits": [], "total": 0, "degraded": True}


def test_a_cache_entry_survives_and_foreign_bytes_are_a_miss() -> None:
    entry = Entry(3_765_392_031_306_743_808, 1_795_478_835_690, b"{}")
    assert decode(encode(entry)) == entry
    assert decode(b"") is None
    assert decode(b"x" * 50) is None
    assert entry.age_s(entry.stored_ms - 5) == 0
