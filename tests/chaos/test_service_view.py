"""Whether a service feels a fault is told from what it says of itself before and after."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from chaos.address import Address
from chaos.probes.door import Door
from chaos.probes.speech import Speech
from chaos.service_view import ServiceView
from tests.chaos.bench import Bench, unused_port


@dataclass
class Health:
    """What a small service answers."""

    status: int = 200
    document: object = field(default_factory=dict)


@contextmanager
def service(health: Health) -> Iterator[Door]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(health.document).encode()
            self.send_response(health.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Door("shop", Address("127.0.0.1", server.server_address[1]), Speech("http", "/health"))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (Health(200, {"status": "ready"}), Health(503, {"status": "ready"}), {"answer": ["200", "503"]}),
        (
            Health(200, {"dependencies": {"redis": {"state": "up", "calls": 1}}}),
            Health(200, {"dependencies": {"redis": {"state": "down", "calls": 2}}}),
            {"dependencies.redis.state": ["up", "down"]},
        ),
        (
            Health(200, {"checks": [{"healthy": True}]}),
            Health(200, {"checks": [{"healthy": False}]}),
            {"checks[0].healthy": [True, False]},
        ),
    ],
)
def test_a_service_that_says_that_something_is_gone_feels_it(
    tmp_path: Path, before: Health, after: Health, changed: dict[str, object]
) -> None:
    with service(before) as door:
        view = ServiceView.open(door, Bench(tmp_path).timing)
        before.status, before.document = after.status, after.document
        said = view.felt()
    assert (said["felt"], said["changed"]) == (True, changed)
    assert str(said["url"]).endswith("/health")


def test_a_service_that_goes_on_as_before_does_not_feel_it(tmp_path: Path) -> None:
    health = Health(200, {"status": "ready", "requests": 1})
    with service(health) as door:
        view = ServiceView.open(door, Bench(tmp_path).timing)
        health.document = {"status": "ready", "requests": 2}
        assert view.felt()["felt"] is False


def test_a_service_that_is_gone_itself_feels_it(tmp_path: Path) -> None:
    with service(Health()) as door:
        view = ServiceView.open(door, Bench(tmp_path).timing)
    assert view.felt()["changed"] == {"answer": ["200", "no answer: ConnectionRefusedError"]}


def test_a_service_that_never_answered_stops_nothing(tmp_path: Path) -> None:
    door = Door("shop", Address("127.0.0.1", unused_port()), Speech("http"))
    assert ServiceView.open(door, Bench(tmp_path).timing).felt()["felt"] is False
