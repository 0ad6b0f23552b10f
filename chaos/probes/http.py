"""HTTP/1.1: GET of one path; any answer below 500 shows that the server is there."""

from chaos.probes.dialect import Dialect, Reply
from chaos.probes.http_answer import read_http

_LOWEST_WRONG = 500


def http_dialect(path: str) -> Dialect:
    """Asks for `path`, printable ASCII that starts with /."""
    question = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: stormproof\r\n\r\n".encode("ascii")
    return Dialect("http", opening=question, question=question, read=_read)


def _read(received: bytes) -> Reply:
    return read_http(received, _LOWEST_WRONG)
