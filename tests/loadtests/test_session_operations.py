"""The service's own operations as steps of a session: what they ask, believe and remember."""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from evidence.request_record import Outcome
from evidence.tenants_record import Tenant
from loadtests.classification import Classification, classify
from loadtests.http_messages import HttpAnswer
from loadtests.operations.acknowledged import Acknowledged
from loadtests.operations.bulk import Bulk
from loadtests.operations.delete import Delete
from loadtests.operations.document import mark_of
from loadtests.operations.get import Get, GetOf
from loadtests.operations.index import Index
from loadtests.operations.job import Job
from loadtests.operations.memory import SessionMemory, WrittenDocument
from loadtests.operations.operation import Attempt, Operation, RequestContext
from loadtests.operations.refresh import Refresh
from loadtests.operations.search import Search, SearchOf
from loadtests.operations.search_questions import VISIBLE_WITHIN_NS
from loadtests.operations.titles import SeenTitles
from loadtests.operations.token import Token

TENANT = Tenant("acme", "enterprise", "key", 100, "doc-")
WORDS = tuple(f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(500))
DOCUMENT = WrittenDocument("load.acme.0-7", 5, "Title zqmark", "zqmark")
LIVE = {"served-from": "live"}


def context(
    memory: SessionMemory | None = None, *, step: int = 0, at_ns: int = 0, offset_ns: int = 0
) -> RequestContext:
    return RequestContext(
        random=random.Random(1),  # noqa: S311 -- load, not secrets
        worker=0,
        sequence=7,
        tenant=TENANT,
        words=WORDS,
        popularity_exponent=1.0,
        acknowledged=Acknowledged(),
        titles=SeenTitles(),
        offset_ns=offset_ns,
        step=step,
        at_ns=at_ns,
        memory=memory,
    )


def answer(status: int, body: object = None, headers: Mapping[str, str] = LIVE) -> HttpAnswer:
    return HttpAnswer(status, headers, json.dumps(body).encode())


def judged(attempt: Attempt, given: HttpAnswer) -> Classification:
    return classify(given, attempt.expectation)


def outcome(attempt: Attempt, given: HttpAnswer) -> Outcome:
    return judged(attempt, given).outcome


def learned(attempt: Attempt, given: HttpAnswer) -> bool | None:
    assert outcome(attempt, given) is Outcome.OK
    assert attempt.learn is not None
    return attempt.learn(given)


def query(attempt: Attempt) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(attempt.request.path).query).items()}


def page(
    *ids: str, total: int | None = None, title: str = "Title zqmark", **more: object
) -> dict[str, object]:
    hits = [{"id": one, "score": 1.0, "title": title, "snippet": "s", "tags": []} for one in ids]
    return {"hits": hits, "total": len(ids) if total is None else total, "degraded": False, **more}


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
    assert written["title"].endswith(mark_of("load.acme.0-7.2"))
    learned(attempt, answer(202, acknowledgement("load.acme.0-7.2")))
    assert memory.job_id == "job-1"
    assert memory.written == WrittenDocument(
        "load.acme.0-7.2", 5, written["title"], mark_of("load.acme.0-7.2")
    )


def test_marks_are_one_plain_word_each() -> None:
    marks = {mark_of(f"load.acme.0-{number}") for number in range(5000)}
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
    unknown = replace_indexed(memory)
    assert outcome(searched(unknown, late), answer(200, stale_page)) is Outcome.OK


def replace_indexed(memory: SessionMemory) -> SessionMemory:
    return replace(memory, indexed_ns=None)


def test_typing_asks_for_one_letter_more_each_time_until_the_word_is_whole() -> None:
    memory = SessionMemory()
    asked, whole = [], None
    while whole is None:
        attempt = Search(SearchOf.TYPING).attempt(context(memory))
        asked.append(query(attempt)["q"])
        assert query(attempt)["prefix"] == "true"
        whole = learned(attempt, answer(200, page("doc-000001", title=f"A {asked[-1]}xyz")))
    word = asked[-1]
    assert word in WORDS
    assert asked == [word[:letters] for letters in range(2, len(word) + 1)]


def test_pages_follow_each_other_to_the_last_one() -> None:
    memory, search = SessionMemory(), Search(SearchOf.PAGES, page_size=2)
    offsets = []
    for ids, come in (
        (("doc-000001", "doc-000002"), None),
        (("doc-000003", "doc-000004"), None),
        (("doc-000005",), True),
    ):
        attempt = search.attempt(context(memory))
        offsets.append(query(attempt)["offset"])
        found = page(*ids, total=5, title=query(attempt)["q"])
        assert learned(attempt, answer(200, found)) is come
    assert offsets == ["0", "2", "4"]


def test_a_cursor_goes_through_a_view_that_does_not_change() -> None:
    memory, search = SessionMemory(), Search(SearchOf.CURSOR, page_size=2)
    first = search.attempt(context(memory))
    assert query(first)["cursor"] == "*"
    assert outcome(first, answer(410, {})) is Outcome.WRONG
    word = query(first)["q"]
    found = page("doc-000001", "doc-000002", total=3, title=word, next_cursor="c1")
    assert learned(first, answer(200, found)) is None
    second = search.attempt(context(memory))
    assert query(second)["cursor"] == "c1"
    assert query(second)["q"] == word
    assert outcome(second, answer(410, {})) is Outcome.OK
    again = judged(second, answer(200, page("doc-000002", total=3, title=word)))
    assert again.outcome is Outcome.WRONG
    assert again.detail == "document doc-000002 was on an earlier page of this view"
    assert learned(second, answer(200, page("doc-000003", total=3, title=word))) is True


def test_all_who_arrive_in_the_same_stretch_ask_for_the_same() -> None:
    start_ns = 10**18

    def asked(offset_s: float, start_ns: int = start_ns) -> str:
        offset_ns = int(offset_s * 1e9)
        made = context(at_ns=start_ns + offset_ns, offset_ns=offset_ns)
        return query(Search(SearchOf.TOGETHER, together_s=10).attempt(made))["q"]

    assert asked(0) == asked(3.3) == asked(9.9)
    assert len({asked(10.0 * stretch) for stretch in range(50)}) == 50
    # A second run does not find what the first one left in caches.
    assert asked(0) != asked(0, start_ns + 1)


PAIR = {"access_token": "a1", "refresh_token": "r1", "token_type": "Bearer", "expires_in": 900}
SECRET = {"cache-control": "no-store"}


def test_a_session_asks_with_its_token_and_exchanges_it() -> None:
    memory = SessionMemory()
    token = Token().attempt(context(memory))
    assert token.request.headers == (("Authorization", "Bearer key"),)
    learned(token, answer(200, PAIR, SECRET))
    for operation in (Get(), Index(), Search(), Token()):
        bearer = "Bearer key" if isinstance(operation, Token) else "Bearer a1"
        assert ("Authorization", bearer) in attempted(operation, memory).request.headers
    exchange = Refresh().attempt(context(memory))
    assert json.loads(exchange.request.body) == {"refresh_token": "r1"}
    assert "Authorization" not in dict(exchange.request.headers)
    learned(exchange, answer(200, {**PAIR, "access_token": "a2", "refresh_token": "r2"}, SECRET))
    assert (memory.access_token, memory.refresh_token) == ("a2", "r2")


def attempted(operation: Operation, memory: SessionMemory) -> Attempt:
    return operation.attempt(context(memory))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (answer(200, {**PAIR, "refresh_token": "r2"}, SECRET), "the access token is the one"),
        (answer(200, {**PAIR, "access_token": "a2"}, SECRET), "the refresh token is the one"),
        (answer(200, {**PAIR, "access_token": "a2", "refresh_token": "r2"}), "Cache-Control"),
        (answer(200, {**PAIR, "expires_in": 0}, SECRET), "expires_in"),
        (answer(200, {**PAIR, "token_type": "MAC"}, SECRET), "token_type"),
        (answer(200, {**PAIR, "access_token": None}, SECRET), "access_token"),
        (answer(401, {}, SECRET), "status 401"),
    ],
)
def test_an_exchange_that_breaks_its_contract_is_wrong(given: HttpAnswer, told: str) -> None:
    memory = SessionMemory(access_token="a1", refresh_token="r1")
    found = judged(Refresh().attempt(context(memory)), given)
    assert found.outcome is Outcome.WRONG
    assert found.detail is not None
    assert told in found.detail
