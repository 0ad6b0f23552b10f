"""Tokens of a session: asked with, exchanged, never repeated."""

import json

import pytest

from evidence.request_record import Outcome
from loadtests.http_messages import HttpAnswer
from loadtests.operations.get import Get
from loadtests.operations.index import Index
from loadtests.operations.memory import SessionMemory
from loadtests.operations.operation import Attempt, Operation
from loadtests.operations.refresh import Refresh
from loadtests.operations.search import Search
from loadtests.operations.token import Token
from tests.loadtests.session_steps import (
    answer,
    context,
    judged,
    learned,
)

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
