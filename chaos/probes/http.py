"""HTTP/1.1: GET of one path; any answer below 500 shows that the server is there.

How long an answer is, is up to the path: faults that show only in long ones need a path with one.
"""

from chaos.probes.dialect import Dialect, Reply, ReplyKind, wrong
from chaos.probes.http_answer import read_http

_LOWEST_WRONG = 500
_LONGEST_PADDING = 4000
"""Servers take some 8 KB of headers."""


def http_dialect(path: str) -> Dialect:
    """Asks for `path`, printable ASCII that starts with /."""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: stormproof\r\n".encode("ascii")
    question = head + b"\r\n"

    def padded(size: int) -> bytes:
        return head + b"X-Padding: " + b"x" * min(size, _LONGEST_PADDING) + b"\r\n\r\n"

    return Dialect("http", opening=question, question=question, read=_read, long_question=padded)


def _read(received: bytes) -> Reply:
    reply = read_http(received, _LOWEST_WRONG)
    head = received.partition(b"\r\n\r\n")[0].lower()
    if reply.kind is ReplyKind.ANSWERED and (
        b"\r\nconnection: close" in head or (head.startswith(b"http/1.0") and b"keep-alive" not in head)
    ):
        return wrong("closes its connections: there is no pooled one that could feel a fault")
    return reply
