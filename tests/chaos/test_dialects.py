"""A probe understands an answer exactly when it is whole, however it was cut on its way."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.errors import InvalidArgumentError
from chaos.probes.dialect import Dialect, ReplyKind
from chaos.probes.elasticsearch import ELASTICSEARCH
from chaos.probes.postgres import postgres_dialect
from chaos.probes.redis import REDIS
from chaos.probes.speech import Speech, dialect_for, read_speech, write_speech

POSTGRES = postgres_dialect("postgres", "postgres")
HTTP = dialect_for(Speech("http", "/healthz"))
TCP = dialect_for(Speech("tcp", say="ping\n", expect="pong\n"))


def message(kind: bytes, body: bytes) -> bytes:
    """One message of PostgreSQL's protocol."""
    return kind + struct.pack("!i", len(body) + 4) + body


LOGIN = message(b"R", struct.pack("!i", 0)) + message(b"S", b"client_encoding\0UTF8\0") + message(b"Z", b"I")
SELECTED = (
    message(b"T", b"\0\1") + message(b"D", b"\0\1") + message(b"C", b"SELECT 1\0") + message(b"Z", b"I")
)
HEALTH = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 18\r\n\r\n{"status":"green"}'
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n{"status":"green"}\r\n0\r\n\r\n'

WHOLE = [
    (REDIS, b"+PONG\r\n"),
    (POSTGRES, LOGIN),
    (POSTGRES, SELECTED),
    (ELASTICSEARCH, HEALTH),
    (ELASTICSEARCH, CHUNKED),
    (HTTP, b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno"),
    (TCP, b"pong\n"),
    (REDIS, b"-NOAUTH Authentication required.\r\n"),
]


@given(case=st.sampled_from(WHOLE), data=st.data())
def test_an_answer_counts_when_its_last_byte_is_there(
    case: tuple[Dialect, bytes], data: st.DataObject
) -> None:
    dialect, answer = case
    cut = data.draw(st.integers(0, len(answer) - 1))
    assert dialect.read(answer[:cut]).kind is ReplyKind.PARTIAL
    assert dialect.read(answer).kind is ReplyKind.ANSWERED


@pytest.mark.parametrize(
    ("dialect", "answer", "text"),
    [
        (REDIS, b"-LOADING Redis is loading the dataset in memory\r\n", "LOADING"),
        (
            POSTGRES,
            message(b"E", b"SFATAL\0C57P03\0Mthe database system is starting up\0\0"),
            "57P03 the database",
        ),
        (POSTGRES, message(b"R", struct.pack("!i", 10)), "asks for a password"),
        (HTTP, b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", "closes its connections"),
        (HTTP, b"HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n", "closes its"),
        (HTTP, b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", "502"),
        (ELASTICSEARCH, b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n", "503"),
    ],
)
def test_an_answer_that_a_sound_dependency_does_not_give_is_wrong(
    dialect: Dialect, answer: bytes, text: str
) -> None:
    reply = dialect.read(answer)
    assert reply.kind is ReplyKind.WRONG
    assert text in reply.text


@given(
    st.sampled_from([REDIS, POSTGRES, ELASTICSEARCH, HTTP, TCP]),
    st.sampled_from([b"", b"R\0\0\0", b"E\0\0\0", b"HTTP/1.1 200 OK\r\ncontent-length: "]),
    st.binary(max_size=60),
    st.sampled_from([b"", b"\r\n\r\n"]),
)
def test_no_bytes_break_the_reading(dialect: Dialect, start: bytes, middle: bytes, end: bytes) -> None:
    assert dialect.read(start + middle + end).kind in set(ReplyKind)


@pytest.mark.parametrize(
    "speech",
    [
        Speech("redis"),
        Speech("http", "/health?deep=1"),
        Speech("postgres", user="app", database="orders"),
        Speech("tcp", say="stats\r\n", expect="END\r\n"),
    ],
)
def test_what_is_spoken_comes_back_from_a_record(speech: Speech) -> None:
    assert read_speech(write_speech(speech), "undo a") == speech


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"dialect":"mysql"}', "undo a, dialect"),
        ('{"dialect":"tcp"}', "needs `say`"),
        ('{"dialect":"http","path":"/a b"}', "without blanks"),
        ("{", "undo a, dialect"),
    ],
)
def test_what_nobody_speaks_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        read_speech(text, "undo a")
