"""What a session writes: it is there until it is deleted, in every way to ask for it."""

import json
from dataclasses import replace

import pytest

from evidence.request_record import Outcome
from loadtests.http_messages import HttpAnswer
from loadtests.operations.bulk import Bulk
from loadtests.operations.delete import Delete
from loadtests.operations.document import mark_of
from loadtests.operations.get import Get, GetOf
from loadtests.operations.index import Index
from loadtests.operations.job import Job
from loadtests.operations.memory import SessionMemory, WrittenDocument
from loadtests.operations.operation import Attempt
from loadtests.operations.search import Search, SearchOf
from loadtests.operations.search_questions import VISIBLE_WITHIN_NS
from tests.loadtests.session_steps import (
    DOCUMENT,
    answer,
    context,
    learned,
    outcome,
    page,
    query,
)


def acknowledgement(document_id: str = DOCUMENT.document_id) -> dict[str, object]:
    return {"id": document_id, "version": 5, "job_id": "job-1", "durability": "replicated"}


def job(state: str, **counts: int) -> dict[str, object]:
    every = {"accepted": 0, "indexed": 0, "absent": 0, "failed": 0, **counts}
    return {"id": "job-1", "state": state, "documents": sum(every.values()), **every}


def test_a_write_is_remembered_with_its_mark() -> None:
    memory = SessionMemory()
    attempt = Index().attempt(context(memory, step=2))
    written = json.loads(attempt.request.body)
    assert written["id"] == "load.acme.0-7.2"
    assert written["title"].endswith(mark_of("load.acme.0-7.2", 0))
    learned(attempt, answer(202, acknowledgement("load.acme.0-7.2")))
    assert memory.job_id == "job-1"
    assert memory.written == WrittenDocument(
        "load.acme.0-7.2", 5, written["title"], mark_of("load.acme.0-7.2", 0)
    )


def test_marks_are_one_plain_word_each() -> None:
    marks = {mark_of(f"load.acme.0-{number}", at_ns) for number in range(50) for at_ns in range(100)}
    assert len(marks) == 5000
    assert all(mark.isalpha() and mark.isascii() and mark.islower() for mark in marks)


def test_a_bulk_remembers_its_first_document_and_deletes_none() -> None:
    memory = SessionMemory()
    attempt = Bulk(documents=3).attempt(context(memory))
    operations = json.loads(attempt.request.body)["operations"]
    ids = [operation["index"]["id"] for operation in operations]
    items = [{"id": one, "version": 5, "outcome": "accepted"} for one in ids]
    learned(attempt, answer(202, {"items": items, "job_id": "job-1", "durability": "local"}))
    assert memory.written is not None
    assert memory.written.document_id == ids[0] == "load.acme.0-7-0"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(200, job("indexed", indexed=1)), Outcome.OK),
        (answer(200, job("accepted", accepted=1)), Outcome.OK),
        (answer(200, job("failed", failed=1)), Outcome.WRONG),
        (answer(200, job("indexed", indexed=1, failed=1)), Outcome.WRONG),
        (answer(404, {}), Outcome.WRONG),
        (answer(503, {}), Outcome.FAILED),
    ],
)
def test_an_acknowledged_job_is_known_and_does_not_fail(given: HttpAnswer, expected: Outcome) -> None:
    assert outcome(Job().attempt(context(SessionMemory(job_id="job-1"))), given) is expected


def test_a_job_is_waited_for_until_it_is_indexed() -> None:
    memory = SessionMemory(job_id="job-1")
    assert (
        learned(Job().attempt(context(memory, at_ns=100)), answer(200, job("accepted", accepted=1))) is False
    )
    assert memory.indexed_ns is None
    assert learned(Job().attempt(context(memory, at_ns=200)), answer(200, job("indexed", indexed=1))) is True
    assert memory.indexed_ns == 200


def document(**fields: object) -> dict[str, object]:
    whole = {"id": DOCUMENT.document_id, "title": DOCUMENT.title, "content": "c", "tags": [], "version": 5}
    return {**whole, **fields}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(200, document()), Outcome.OK),
        (answer(404, {}), Outcome.WRONG),
        (answer(200, document(version=4)), Outcome.WRONG),
        (answer(200, document(title="Another")), Outcome.WRONG),
        (answer(200, document(id="load.acme.0-8")), Outcome.WRONG),
        (answer(503, {}), Outcome.FAILED),
    ],
)
def test_an_acknowledged_document_is_there_as_it_was_written(given: HttpAnswer, expected: Outcome) -> None:
    attempt = Get(GetOf.WRITTEN).attempt(context(SessionMemory(written=DOCUMENT)))
    assert attempt.request.path == "/documents/load.acme.0-7"
    assert outcome(attempt, given) is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(404, {}), Outcome.OK),
        (answer(200, document()), Outcome.WRONG),
        (answer(200, document(), {"served-from": "cache", "age": "3"}), Outcome.WRONG),
        (answer(200, document(), {"served-from": "stale", "degraded": "elasticsearch"}), Outcome.DEGRADED),
    ],
)
def test_a_deleted_document_is_gone(given: HttpAnswer, expected: Outcome) -> None:
    memory = SessionMemory(written=DOCUMENT, job_id="job-0")
    deletion = Delete().attempt(context(memory))
    assert deletion.request.path == "/documents/load.acme.0-7"
    assert outcome(deletion, answer(404, {})) is Outcome.WRONG
    learned(deletion, answer(202, acknowledgement()))
    assert memory.job_id == "job-1"
    assert outcome(Get(GetOf.WRITTEN).attempt(context(memory)), given) is expected


def searched(memory: SessionMemory, at_ns: int = 0) -> Attempt:
    return Search(SearchOf.WRITTEN).attempt(context(memory, at_ns=at_ns))


def test_a_written_document_is_searched_for_until_it_is_found() -> None:
    memory = SessionMemory(written=DOCUMENT)
    assert query(searched(memory))["q"] == "zqmark"
    assert learned(searched(memory), answer(200, page())) is False
    assert learned(searched(memory), answer(200, page(DOCUMENT.document_id))) is True
    assert outcome(searched(memory), answer(200, page("load.acme.0-8"))) is Outcome.WRONG


def test_a_search_for_a_written_document_tells_which_and_whether_it_is_found() -> None:
    lookup = searched(SessionMemory(written=DOCUMENT)).lookup
    assert lookup is not None
    assert (lookup.document_id, lookup.version) == (DOCUMENT.document_id, DOCUMENT.version)
    assert lookup.finds(answer(200, page(DOCUMENT.document_id)))
    assert not lookup.finds(answer(200, page()))
    assert searched(SessionMemory(written=DOCUMENT, deleted=True)).lookup is None


def test_searches_past_caches_ask_for_pages_of_other_sizes() -> None:
    search = Search(SearchOf.WRITTEN, page_size=60, past_caches=True)
    memory = SessionMemory(written=DOCUMENT)
    attempts = [search.attempt(context(memory, step=step)) for step in range(1, 61)]
    assert {int(query(one)["limit"]) for one in attempts} == set(range(1, 61))
    assert outcome(attempts[-1], answer(200, page(DOCUMENT.document_id))) is Outcome.OK


def test_a_deleted_document_is_searched_for_until_it_is_gone() -> None:
    memory = SessionMemory(written=DOCUMENT, deleted=True)
    assert learned(searched(memory), answer(200, page(DOCUMENT.document_id))) is False
    assert learned(searched(memory), answer(200, page())) is True


@pytest.mark.parametrize("deleted", [False, True])
def test_what_is_indexed_shows_in_live_searches_some_seconds_later(deleted: bool) -> None:
    memory = SessionMemory(written=DOCUMENT, deleted=deleted, indexed_ns=1000)
    stale_page = page(DOCUMENT.document_id) if deleted else page()
    late = 1000 + VISIBLE_WITHIN_NS
    assert outcome(searched(memory, late), answer(200, stale_page)) is Outcome.WRONG
    assert outcome(searched(memory, late - 1), answer(200, stale_page)) is Outcome.OK
    kept = {"served-from": "cache", "age": "8"}
    assert outcome(searched(memory, late), answer(200, stale_page, kept)) is Outcome.OK
    partial = {"served-from": "live", "degraded": "partial"}
    assert outcome(searched(memory, late), answer(200, stale_page, partial)) is Outcome.DEGRADED
    unknown = replace(memory, indexed_ns=None)
    assert outcome(searched(unknown, late), answer(200, stale_page)) is Outcome.OK
