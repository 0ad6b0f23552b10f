"""Elasticsearch: any request, and the statuses that a sound cluster answers."""

import json
from functools import partial

from pydantic import JsonValue

from chaos.probes.dialect import ANSWERED, Dialect, Reply, ReplyKind
from chaos.probes.http_answer import read_http

_EVERY_STATUS_IS_TOLD = 0


def elasticsearch_question(
    method: str, path: str, body: JsonValue = None, *, sound: frozenset[int]
) -> Dialect:
    """`path` is printable ASCII."""
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    request = head.encode("ascii") + content
    return Dialect(
        "elasticsearch",
        opening=request,
        question=request,
        read=partial(_read, sound),
        long_question=lambda _: request,
    )


def _read(sound: frozenset[int], received: bytes) -> Reply:
    reply = read_http(received, _EVERY_STATUS_IS_TOLD)
    if reply.kind is ReplyKind.PARTIAL:
        return reply
    _, _, rest = reply.text.partition(" ")
    return ANSWERED if rest[:3].isdigit() and int(rest[:3]) in sound else reply
