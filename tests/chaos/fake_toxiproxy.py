"""A small server on loopback that answers like Toxiproxy, and one that answers like Redis.

No traffic passes through the first: whatever it is told to break, clients feel nothing of it. That is what
an injection that silently does nothing looks like.
"""

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import unquote

from chaos.address import Address
from chaos.toxiproxy import Toxiproxy

type Behaviour = Literal["remembers", "forgets", "fails", "hangs", "babbles"]


@dataclass
class FakeToxiproxy:
    """What it tells of its proxies, and how it behaves."""

    behaviour: Behaviour
    proxies: dict[str, dict[str, object]]
    requests: list[str] = field(default_factory=list)
    port: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def client(self) -> Toxiproxy:
        """Ours, aimed at it, and impatient."""
        return Toxiproxy(Address("127.0.0.1", self.port), timeout_s=0.3)

    def toxics(self, name: str) -> list[dict[str, object]]:
        """The toxics of a proxy."""
        toxics = self.proxies[name]["toxics"]
        assert isinstance(toxics, list)
        return toxics


@contextmanager
def fake_toxiproxy(listen: dict[str, int], behaviour: Behaviour = "remembers") -> Iterator[FakeToxiproxy]:
    """One with proxies that claim to listen on these ports."""
    state = FakeToxiproxy(
        behaviour,
        {
            name: {
                "name": name,
                "listen": f"127.0.0.1:{port}",
                "upstream": "127.0.0.1:1",
                "enabled": True,
                "toxics": [],
            }
            for name, port in listen.items()
        },
    )
    handler = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    state.port = server.server_address[1]
    with _serving(server):
        yield state
        state.released.set()


@contextmanager
def fake_redis(delay_s: float = 0.0) -> Iterator[int]:
    """The port of a server that answers every question with +PONG, after a delay."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while self.request.recv(4096):
                time.sleep(delay_s)
                self.request.sendall(b"+PONG\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    with _serving(server):
        yield int(server.server_address[1])


@contextmanager
def _serving(server: socketserver.ThreadingMixIn | ThreadingHTTPServer) -> Iterator[None]:
    assert isinstance(server, socketserver.TCPServer)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    state: FakeToxiproxy

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Says nothing."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.state.requests.append(f"{self.command} {self.path}")
        if self.state.behaviour == "hangs":
            self.state.released.wait(30)
        elif self.state.behaviour == "fails":
            self._answer(500, {"error": "made to fail"})
        elif self.state.behaviour == "babbles":
            self._answer(200, ["not", "Toxiproxy"])
        else:
            self._act(json.loads(body or b"null"))

    def _act(self, body: object) -> None:
        steps = [unquote(step) for step in self.path.strip("/").split("/")]
        if steps == ["proxies"]:
            self._answer(200, self.state.proxies)
        elif steps[1] not in self.state.proxies:
            self._answer(404, {"error": "proxy not found"})
        elif self.command == "GET":
            whole = self.state.proxies[steps[1]]
            self._answer(200, whole if len(steps) == 2 else self.state.toxics(steps[1]))
        elif self.command == "DELETE" and all(one["name"] != steps[3] for one in self.state.toxics(steps[1])):
            self._answer(404, {"error": "toxic not found"})
        else:
            if self.state.behaviour == "remembers":
                self._change(steps, body)
            made = self._made_of(body) if steps[2:] == ["toxics"] else self.state.proxies[steps[1]]
            self._answer(200, made)

    def _made_of(self, toxic: object) -> object:
        """One that forgets knows none of its attributes."""
        assert isinstance(toxic, dict)
        return toxic if self.state.behaviour == "remembers" else toxic | {"attributes": {}}

    def _change(self, steps: list[str], body: object) -> None:
        name, toxics = steps[1], self.state.toxics(steps[1])
        if self.command == "DELETE":
            self.state.proxies[name]["toxics"] = [one for one in toxics if one["name"] != steps[3]]
        elif steps[2:] == ["toxics"]:
            assert isinstance(body, dict)
            toxics.append(body)
        else:
            assert isinstance(body, dict)
            self.state.proxies[name]["enabled"] = body["enabled"]

    def _answer(self, status: int, content: object) -> None:
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
