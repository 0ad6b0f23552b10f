"""Counting values without making them: however a text is cut, and whatever stands in its strings."""

import itertools
import json
from typing import Any

import orjson
from hypothesis import example, given
from hypothesis import strategies as st

from reference_service.documents.bulk import values_in
from reference_service.documents.document import MOST_VALUES, TAGS, parse_document
from reference_service.http.json_values import JsonValues

texts = st.text(st.sampled_from('a,[{"\\é😀\n ') | st.characters(exclude_categories=["Cs"]), max_size=8)
json_values = st.recursive(
    st.none() | st.integers(-9, 9) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def counted(*parts: bytes) -> int:
    values = JsonValues()
    for part in parts:
        values.feed(part)
    return values.count


def expected(value: object) -> int:
    """Openings and commas."""
    if not isinstance(value, list | dict):
        return 0
    inside = list(value.values()) if isinstance(value, dict) else value
    return 1 + max(0, len(inside) - 1) + sum(map(expected, inside))


@given(json_values, st.booleans(), st.lists(st.integers(0, 200), max_size=6))
@example(["\\", '"', '\\"', "\\\\"], True, [3, 4, 5, 6])
def test_the_count_is_of_the_values_and_not_of_the_cut(value: Any, ascii_only: bool, cuts: list[int]) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only).encode()
    places = [0, *sorted(cuts), len(text)]
    parts = [text[start:end] for start, end in itertools.pairwise(places)]
    parts[-1] = text[places[-2] :]
    assert counted(*parts) == counted(text) == counted(*(bytes([b]) for b in text)) == expected(value)


def test_a_document_and_a_bulk_of_the_most_that_may_be_are_well_within_what_is_read() -> None:
    largest = {"id": "a", "title": "t", "content": "c", "tags": ["x"] * TAGS}
    assert parse_document(orjson.dumps(largest))
    assert counted(orjson.dumps(largest)) < MOST_VALUES / 2
    bulk = {"operations": [{"index": largest}] * 1000}
    assert counted(orjson.dumps(bulk)) < values_in(1000) / 2
