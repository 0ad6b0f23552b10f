"""A fault is felt when connections feel it: a stall of the machine is not taken for a short delay."""

import itertools
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from chaos.address import Address
from chaos.errors import NotFeltError
from chaos.faults.network.latency import Latency
from chaos.line_view import open_line_view
from chaos.probes.door import Door
from chaos.probes.speech import Speech
from tests.chaos.bench import Bench

_DELAY_S = 0.12


@contextmanager
def redis_that_is_late(late: range) -> Iterator[Door]:
    """Its n-th answers are late, of all connections."""
    numbers = itertools.count(1)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while self.request.recv(4096):
                if next(numbers) in late:
                    time.sleep(_DELAY_S)
                self.request.sendall(b"+PONG\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Door("redis-cache", Address("127.0.0.1", server.server_address[1]), Speech("redis"))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_what_is_late_once_is_no_fault(tmp_path: Path) -> None:
    with (
        redis_that_is_late(range(2, 4)) as door,
        closing(open_line_view(Latency(100), door, Bench(tmp_path).timing)) as view,
        pytest.raises(NotFeltError),
    ):
        view.felt()


def test_what_is_late_twice_is_one(tmp_path: Path) -> None:
    with (
        redis_that_is_late(range(2, 100)) as door,
        closing(open_line_view(Latency(100), door, Bench(tmp_path).timing)) as view,
    ):
        assert view.felt().looks >= 2
