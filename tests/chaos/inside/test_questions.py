"""What answers to questions mean, byte by byte."""

import struct

import pytest

from chaos.probes.dialect import Dialect, ReplyKind
from chaos.probes.questions.elasticsearch import elasticsearch_question
from chaos.probes.questions.postgres import postgres_question
from chaos.probes.questions.redis import redis_question
from chaos.probes.speech import Speech


def message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


READY = message(b"Z", b"I")
LOGIN = message(b"R", struct.pack("!i", 0)) + message(b"S", b"a\0b\0") + READY
REFUSED = message(b"E", b"SERROR\0C25006\0Mread only\0\0")
TOO_MANY = message(b"E", b"SFATAL\0C53300\0Mtoo many\0\0")
QUESTION = postgres_question(Speech("postgres"), "postgres", "SELECT 1")


def parts(whole: bytes) -> list[bytes]:
    return [whole[:size] for size in range(1, len(whole))]


def test_a_fresh_session_is_asked_right_behind_its_login() -> None:
    assert QUESTION.opening.endswith(QUESTION.question)
    assert len(QUESTION.opening) > len(QUESTION.question)


@pytest.mark.parametrize("before", [b"", LOGIN])
def test_postgres_answers_when_it_is_ready_for_the_next(before: bytes) -> None:
    whole = before + message(b"C", b"SELECT 1\0") + READY
    assert QUESTION.read(whole).kind is ReplyKind.ANSWERED
    assert {QUESTION.read(part).kind for part in parts(whole)} == {ReplyKind.PARTIAL}


@pytest.mark.parametrize(
    ("received", "text"),
    [(LOGIN + REFUSED, "25006 read only"), (REFUSED, "25006 read only"), (TOO_MANY, "53300 too many")],
)
def test_what_postgres_refuses_is_told(received: bytes, text: str) -> None:
    reply = QUESTION.read(received)
    assert (reply.kind, reply.text) == (ReplyKind.WRONG, text)


@pytest.mark.parametrize(
    ("status", "kind"), [("404 Not Found", ReplyKind.ANSWERED), ("429 Too Many Requests", ReplyKind.WRONG)]
)
def test_elasticsearch_is_sound_by_the_statuses_that_are_named(status: str, kind: ReplyKind) -> None:
    question = elasticsearch_question("POST", "/a/_update/b", {"doc": {}}, sound=frozenset({404}))
    whole = f"HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\n{{}}".encode()
    assert question.read(whole).kind is kind
    assert {question.read(part).kind for part in parts(whole)} == {ReplyKind.PARTIAL}
    assert question.question.endswith(b'Content-Length: 11\r\n\r\n{"doc": {}}')


@pytest.mark.parametrize(
    ("received", "kind"),
    [
        (b"+OK\r\n", ReplyKind.ANSWERED),
        (b"-OOM command not allowed\r\n", ReplyKind.WRONG),
        (b"+O", ReplyKind.PARTIAL),
    ],
)
def test_redis_is_sound_by_the_reply_that_is_named(received: bytes, kind: ReplyKind) -> None:
    question: Dialect = redis_question("SET", "ключ", "1", sound="+OK")
    assert question.read(received).kind is kind
    assert question.question == "*3\r\n$3\r\nSET\r\n$8\r\nключ\r\n$1\r\n1\r\n".encode()
