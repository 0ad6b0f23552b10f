"""One row an answer: what the evidence says of it."""

import json

import pytest

from evidence.request_record import Outcome, ServedFrom
from loadtests.classification import Classification, Expectation, classify
from loadtests.http_messages import HttpAnswer, TransportFailure, no_answer
from loadtests.operations.acknowledgement import fault_of_acknowledgement
from loadtests.operations.get import fault_of
from loadtests.operations.search_page import fault_of_shape

HIT = {"id": "doc-000001", "score": 1.5, "title": "a", "snippet": "b", "tags": []}
PAGE = {"hits": [HIT], "total": 1, "degraded": False}
SEARCH = Expectation(frozenset({200}), check_body=lambda body: fault_of_shape(body, 10))
DELETE_OF_NOTHING = Expectation(frozenset({202}), frozenset({404}))
ANYTHING = Expectation(frozenset({200}), own_headers=False)


def answer(status: int, body: object = PAGE, **headers: str) -> HttpAnswer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpAnswer(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


@pytest.mark.parametrize(
    ("given", "expectation", "expected"),
    [
        (answer(200), SEARCH, (Outcome.OK, None, None, False)),
        (answer(200, served_from="live"), SEARCH, (Outcome.OK, ServedFrom.LIVE, None, False)),
        (answer(200, served_from="cache", age="12"), SEARCH, (Outcome.OK, ServedFrom.CACHE, 12.0, False)),
        (no_answer(TransportFailure.TIMEOUT, "slow"), SEARCH, (Outcome.TIMEOUT, None, None, False)),
        (no_answer(TransportFailure.CONNECTION, "reset"), SEARCH, (Outcome.CONNECTION, None, None, False)),
        (answer(500, b""), SEARCH, (Outcome.FAILED, None, None, False)),
        (answer(503, b"x", retry_after="1"), SEARCH, (Outcome.FAILED, None, None, False)),
        # A failure that calls itself degraded is a failure still.
        (answer(503, PAGE, degraded="elasticsearch"), SEARCH, (Outcome.FAILED, None, None, False)),
        (answer(429, b""), SEARCH, (Outcome.REJECTED, None, None, False)),
        (answer(429, b"", degraded="redis-state"), SEARCH, (Outcome.REJECTED, None, None, False)),
        (answer(404, b""), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(302, b""), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(202), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(404, b""), DELETE_OF_NOTHING, (Outcome.OK, None, None, False)),
        (answer(410, b""), DELETE_OF_NOTHING, (Outcome.WRONG, None, None, False)),
        (answer(200, b"<html>"), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, b"\xff"), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, []), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, {**PAGE, "hits": None}), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, {**PAGE, "hits": [1]}), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, {**PAGE, "hits": [{**HIT, "id": 1}]}), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, {**PAGE, "hits": [{**HIT, "score": "1"}]}), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, {**PAGE, "hits": [HIT] * 11, "total": 11}), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, {**PAGE, "hits": [HIT] * 2}), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, {**PAGE, "hits": [{**HIT, "tags": [1]}]}), SEARCH, (Outcome.WRONG, None, None, False)),
        # A wrong body is wrong, however degraded.
        (answer(200, {"degraded": True}, degraded="x"), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, served_from="moon"), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, age="-1"), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, age="old"), SEARCH, (Outcome.WRONG, None, None, False)),
        (answer(200, served_from="moon", age="old"), ANYTHING, (Outcome.OK, None, None, False)),
        (answer(200, b"<html>"), ANYTHING, (Outcome.OK, None, None, False)),
        (answer(200, degraded="redis-cache"), SEARCH, (Outcome.DEGRADED, None, None, False)),
        (answer(200, {**PAGE, "degraded": True}), SEARCH, (Outcome.DEGRADED, None, None, False)),
        (
            answer(200, {**PAGE, "degraded": True}, degraded="elasticsearch, partial", served_from="live"),
            SEARCH,
            (Outcome.DEGRADED, ServedFrom.LIVE, None, True),
        ),
        (answer(200, {**PAGE, "partial": True}), SEARCH, (Outcome.DEGRADED, None, None, True)),
        (
            answer(
                200, {**PAGE, "hits": [], "degraded": True}, degraded="elasticsearch", served_from="empty"
            ),
            SEARCH,
            (Outcome.DEGRADED, ServedFrom.EMPTY, None, False),
        ),
    ],
)
def test_an_answer_gets_the_first_outcome_that_applies(
    given: HttpAnswer,
    expectation: Expectation,
    expected: tuple[Outcome, ServedFrom | None, float | None, bool],
) -> None:
    found = classify(given, expectation)
    assert (found.outcome, found.served_from, found.age_s, found.partial) == expected


def test_what_went_wrong_is_told() -> None:
    problem = {"type": "about:blank", "title": "Overloaded", "detail": "try later", "status": 503}
    assert classify(answer(503, problem), SEARCH).detail == "status 503: Overloaded: try later"
    assert classify(answer(503, b""), SEARCH).detail == "status 503"
    assert classify(no_answer(TransportFailure.CONNECTION, "refused"), SEARCH).detail == "refused"
    assert classify(answer(200, degraded="redis-cache, partial"), SEARCH).detail == "redis-cache, partial"
    long = classify(answer(500, b"x" * 10_000), SEARCH).detail
    assert long is not None
    assert len(long) == 200


def test_a_good_answer_has_nothing_to_tell() -> None:
    assert classify(answer(200), SEARCH) == Classification(Outcome.OK)


def test_a_document_must_be_the_one_that_was_asked_for() -> None:
    document = {"id": "doc-1", "title": "t", "content": "c", "tags": [], "version": 7}
    assert fault_of(document, "doc-1") is None
    assert fault_of(document, "doc-2") == "asked for document doc-2, got 'doc-1'"
    for name in document:
        assert fault_of({**document, name: None}, "doc-1") is not None
    assert fault_of({**document, "version": True}, "doc-1") is not None


def test_an_acknowledgement_must_promise_version_and_durability_of_this_document() -> None:
    promise = {"id": "load-0-1", "version": 5, "job_id": "j", "durability": "local"}
    assert fault_of_acknowledgement(promise, "load-0-1") is None
    assert fault_of_acknowledgement(promise, "load-0-2") is not None
    assert fault_of_acknowledgement({**promise, "durability": "maybe"}, "load-0-1") is not None
    assert fault_of_acknowledgement({**promise, "version": "5"}, "load-0-1") is not None
    assert fault_of_acknowledgement({**promise, "job_id": None}, "load-0-1") is not None
    assert fault_of_acknowledgement("ok", "load-0-1") is not None
