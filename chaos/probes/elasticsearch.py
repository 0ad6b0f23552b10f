"""Elasticsearch: GET /_cluster/health, answered by the node itself (`GET /` is missing from some builds)."""

from chaos.probes.dialect import Dialect, Reply
from chaos.probes.http_answer import read_http

_HEALTH = b"GET /_cluster/health?local=true&filter_path=status HTTP/1.1\r\nHost: localhost\r\n\r\n"
_LOWEST_WRONG = 201
"""It answers 200 whenever it is sound."""


def _read(received: bytes) -> Reply:
    return read_http(received, _LOWEST_WRONG)


def _analyze(size: int) -> bytes:
    # The keyword analyzer gives back the text as one token; no index is needed.
    body = b'{"analyzer":"keyword","text":"%s"}' % (b"x" * size)
    return (
        b"POST /_analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )


ELASTICSEARCH = Dialect(
    "elasticsearch", opening=_HEALTH, question=_HEALTH, read=_read, long_question=_analyze
)
