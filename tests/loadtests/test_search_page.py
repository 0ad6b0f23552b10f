"""A page of hits: what is the tenant's own, and what was asked for."""

import json

import pytest

from evidence.request_record import Outcome
from evidence.tenants_record import Tenant
from loadtests.classification import Expectation, classify
from loadtests.http_messages import HttpAnswer
from loadtests.operations.search_page import (
    HitCheck,
    PageRules,
    match_of_document,
    match_of_prefix,
    match_of_text,
)
from loadtests.operations.titles import SeenTitles

ACME = Tenant("acme", "free", "key", 100, "doc-")


def hit(document_id: str = "doc-000001", **fields: object) -> dict[str, object]:
    found = {"title": "Wide river", "snippet": "a <em>river</em> runs", "tags": ["water"]}
    return {"id": document_id, "score": 1.5, **found, **fields}


def fault(*hits: object, match: HitCheck | None = None, size: int = 10, **body: object) -> str | None:
    rules = PageRules(ACME, SeenTitles(), size, match or match_of_text("river"))
    return rules.fault_of({"hits": list(hits), "total": len(hits), "degraded": False, **body})


def test_what_was_seeded_or_written_for_the_tenant_is_its_own() -> None:
    assert (
        fault(hit("doc-000000"), hit("doc-000099"), hit("load.acme.0-17"), hit("load.acme.3-17.2-4")) is None
    )
    assert fault() is None


@pytest.mark.parametrize(
    "document_id",
    ["doc-000100", "doc-00001", "doc-+00001", "doc-٠٠٠٠٠١", "load.rival.0-17", "load.acme", "other", ""],
)
def test_a_document_of_nobody_or_somebody_else_is_told(document_id: str) -> None:
    found = fault(hit(), hit(document_id))
    assert found == f"hits[1]: document {document_id} was neither seeded for acme nor written by its load"


def test_a_seeded_document_keeps_its_title() -> None:
    titles = SeenTitles()
    rules = PageRules(ACME, titles, 10, match_of_text("river"))
    page = {"hits": [hit()], "total": 1, "degraded": False}
    assert rules.fault_of(page) is None
    assert rules.fault_of(page) is None
    other = {**page, "hits": [hit(title="Narrow river")]}
    assert rules.fault_of(other) == (
        "hits[0]: document doc-000001 of acme had another title before: 'Narrow river'"
    )
    # Every tenant has documents of the same ids.
    rival = Tenant("rival", "free", "key", 100, "doc-")
    assert titles.fault_of(rival, "doc-000001", "Narrow river") is None


def test_a_document_is_on_a_page_once() -> None:
    assert fault(hit(), hit()) == "hits[1]: document doc-000001 is on the page twice"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"snippet": "no mark", "title": "The RIVER, wide"},
        {"snippet": "no mark", "title": "no word", "tags": ["river"]},
        {"snippet": "a <em>River</em>", "title": "no word"},
    ],
)
def test_a_word_stands_in_title_tags_or_snippet(fields: dict[str, object]) -> None:
    assert fault({**hit(), **fields}) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"snippet": "no mark", "title": "no word"},
        {"snippet": "a river without a mark", "title": "no word"},
        {"snippet": "<em>rivers</em>", "title": "Riverside", "tags": ["riverbed"]},
    ],
)
def test_a_hit_without_the_word_is_wrong(fields: dict[str, object]) -> None:
    found = fault({**hit(), **fields})
    assert found is not None
    assert "does not have 'river'" in found


def test_of_two_words_a_title_has_both_and_a_snippet_marks_one() -> None:
    both = match_of_text("wide river")
    assert fault(hit(snippet="no mark"), match=both) is None
    assert fault(hit(title="no word", snippet="<em>wide</em>"), match=both) is None
    assert fault(hit(title="Wide", snippet="no mark"), match=both) is not None


@pytest.mark.parametrize("text", ["naïve", "c++", "a1", "one two three"])
def test_what_an_analyzer_may_change_is_not_judged(text: str) -> None:
    assert fault(hit(title="x", snippet="y"), match=match_of_text(text)) is None


def test_as_you_type_a_word_of_the_title_begins_with_the_letters() -> None:
    assert fault(hit(snippet="no mark"), match=match_of_prefix("ri")) is None
    assert fault(hit(title="Wide stream"), match=match_of_prefix("ri")) is not None
    assert fault(hit(title="x"), match=match_of_prefix("é")) is None


def test_a_mark_finds_its_document_and_no_other() -> None:
    check = match_of_document("load.acme.0-1")
    assert fault(hit("load.acme.0-1"), match=check) is None
    assert fault(hit("load.acme.0-2"), match=check) is not None


def test_a_page_is_as_large_as_was_asked_for_at_most() -> None:
    assert fault(hit("doc-000001"), hit("doc-000002"), size=1) == "2 hits where at most 1 were asked for"


def test_a_wrong_hit_makes_the_answer_wrong_even_if_it_calls_itself_degraded() -> None:
    rules = PageRules(ACME, SeenTitles(), 10, match_of_text("river"))
    expectation = Expectation(frozenset({200}), check_body=rules.fault_of)
    body = json.dumps({"hits": [hit("load.rival.0-17")], "total": 1, "degraded": True}).encode()
    found = classify(
        HttpAnswer(200, {"degraded": "elasticsearch", "served-from": "stale"}, body), expectation
    )
    assert found.outcome is Outcome.WRONG
    assert found.detail is not None
    assert "load.rival.0-17" in found.detail
