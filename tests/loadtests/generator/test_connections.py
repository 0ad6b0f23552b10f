"""What comes over a connection: an answer as its rules ask for it, and its size as it was sent."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from loadtests.generator.connections import Connections
from loadtests.generator.target import parse_target
from loadtests.http_messages import HttpRequest

PLAIN = b'{"state":"ready"}' * 50
PACKED = gzip.compress(PLAIN)


class Packing(BaseHTTPRequestHandler):
    """Packs where it is asked to."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        packs = "gzip" in self.headers.get("Accept-Encoding", "")
        body = PACKED if packs else PLAIN
        self.send_response(200)
        if packs:
            self.send_header("Content-Encoding", "gzip")
        for cookie in ("sid=77", "theme=dark; Path=/"):
            self.send_header("Set-Cookie", cookie)
            self.send_header("Vary", cookie[:1])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        """Too large: says so, and reads no further."""
        self.send_response(413)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def connections() -> Iterator[Connections]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Packing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        made = Connections(parse_target(f"http://127.0.0.1:{server.server_port}"), 5.0, lambda: 0)
        made.open()
        try:
            yield made
        finally:
            made.close()
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("headers", "bytes_sent"),
    [((), len(PLAIN)), ((("Accept-Encoding", "gzip"),), len(PACKED))],
    ids=["plain", "packed"],
)
def test_a_body_is_read_unpacked_and_counted_as_it_was_sent(
    connections: Connections, headers: tuple[tuple[str, str], ...], bytes_sent: int
) -> None:
    exchange = connections.exchange(HttpRequest("GET", "/", headers), "127.0.0.1")
    assert exchange.answer.body == PLAIN, exchange.answer.failure_text
    assert exchange.body_bytes == bytes_sent


def test_what_comes_in_several_lines_is_kept_and_cookies_stay_apart(connections: Connections) -> None:
    headers = connections.exchange(HttpRequest("GET", "/"), "127.0.0.1").answer.headers
    assert headers["set-cookie"] == "sid=77\ntheme=dark; Path=/"
    assert headers["vary"] == "s, t"


def test_an_answer_before_the_end_of_a_large_body_counts(connections: Connections) -> None:
    too_large = bytes(16 * 2**20)
    exchange = connections.exchange(HttpRequest("PUT", "/", (), too_large), "127.0.0.1")
    assert exchange.answer.status == 413, exchange.answer.failure_text
    # Whatever comes next has a connection of its own.
    assert connections.exchange(HttpRequest("GET", "/"), "127.0.0.1").answer.status == 200
