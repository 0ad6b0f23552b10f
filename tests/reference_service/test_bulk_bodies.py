"""What a bulk may say: whatever is sent, it is taken as it was meant, or refused with a place."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.documents.bulk import parse_bulk
from reference_service.documents.document import Document
from reference_service.errors import InvalidInputError
from reference_service.writes.acceptor import Wanted
from reference_service.writes.idempotency import read_idempotency

MOST = 5
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}", fullmatch=True)
# JSON carries no lone surrogates; NUL is refused by PostgreSQL, and so by us.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
filled = texts.filter(lambda text: text.strip() != "")
documents = st.builds(Document, filled, filled, st.lists(texts, max_size=3).map(tuple))
wanted = st.one_of(st.builds(Wanted, st.none() | ids, documents), st.builds(Wanted, ids, st.none()))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["operations", "index", "delete", "id", "title", "content", "tags", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def operation(one: Wanted) -> dict[str, Any]:
    if one.document is None:
        return {"delete": {"id": one.document_id}}
    content = {"title": one.document.title, "content": one.document.content, "tags": list(one.document.tags)}
    return {"index": content if one.document_id is None else {"id": one.document_id, **content}}


def body_of(operations: object) -> bytes:
    return orjson.dumps({"operations": operations})


@given(st.lists(wanted, min_size=1, max_size=MOST))
def test_what_is_sent_is_what_is_wanted_in_its_order(sent: list[Wanted]) -> None:
    assert parse_bulk(body_of([operation(one) for one in sent]), MOST) == sent


@given(st.binary(max_size=60) | json_values.map(orjson.dumps) | st.lists(json_values).map(body_of))
def test_anything_else_is_refused_and_nothing_breaks(body: bytes) -> None:
    try:
        parsed = parse_bulk(body, MOST)
    except InvalidInputError:
        return
    # What is taken by chance is what was sent.
    assert [operation(one) for one in parsed] == [
        {kind: {**content, "tags": content.get("tags", [])} if kind == "index" else content}
        for one in orjson.loads(body)["operations"]
        for kind, content in one.items()
    ]


@given(st.lists(wanted, min_size=1, max_size=MOST - 1), st.data(), json_values)
def test_one_bad_operation_is_named_and_spoils_the_whole(
    sent: list[Wanted], data: st.DataObject, bad: object
) -> None:
    place = data.draw(st.integers(0, len(sent)))
    operations: list[object] = [operation(one) for one in sent]
    operations.insert(place, {"upsert": bad})
    with pytest.raises(InvalidInputError) as raised:
        parse_bulk(body_of(operations), MOST)
    assert raised.value.field == f"operations[{place}]"


def test_a_bulk_that_is_too_long_is_refused() -> None:
    assert len(parse_bulk(body_of([operation(Wanted("a", None))] * MOST), MOST)) == MOST
    with pytest.raises(InvalidInputError, match=f"1 to {MOST} operations"):
        parse_bulk(body_of([operation(Wanted("a", None))] * (MOST + 1)), MOST)


@given(st.text(max_size=300))
def test_a_key_is_printable_ascii_of_bounded_length(key: str) -> None:
    good = 0 < len(key) <= 255 and all(" " <= character <= "~" for character in key)
    try:
        found = read_idempotency(key, "POST", "/documents", b"{}")
    except InvalidInputError:
        assert not good
    else:
        assert good
        assert found is not None
        assert found.key == key


@given(
    st.tuples(st.sampled_from(["POST", "DELETE"]), st.sampled_from(["/documents", "/bulk"]), st.binary()),
    st.tuples(st.sampled_from(["POST", "DELETE"]), st.sampled_from(["/documents", "/bulk"]), st.binary()),
)
def test_different_requests_have_different_fingerprints(
    one: tuple[str, str, bytes], other: tuple[str, str, bytes]
) -> None:
    same = read_idempotency("k", *one) == read_idempotency("k", *other)
    assert same == (one == other)
