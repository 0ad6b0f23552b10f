"""HTTP/1.1: GET of one path; any answer below 500 shows that the server is there.

How long an answer is, is up to the path: faults that show only in long ones need a path with one.
"""

from chaos.probes.dialect import Dialect, Reply
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
    return read_http(received, _LOWEST_WRONG)
