"""A TCP line between two ports of this machine that loses what it carries when it is told to."""

import socket
import threading
from contextlib import suppress

from tests.loadtests.waiting import wait_until

_IN_USE = 1000
"""Bytes: more than the handshake of a connection has."""


class ShakyLine:
    """Passes on to `to_port` whatever comes to its own port."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._is_losing = threading.Event()
        """Of the present connections; those that are made later have one of their own."""
        self._lost = self._passed_on = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def lose(self, size: int) -> None:
        """Let so many bytes vanish, in both directions together, and break all connections then."""
        # A connection that is still being made would not be noticed to lose anything.
        wait_until(lambda: self._ends and self._passed_on > _IN_USE, "a connection in use")
        ends, self._ends = self._ends, []
        is_losing, self._is_losing = self._is_losing, threading.Event()
        self._lost = self._passed_on = 0
        is_losing.set()
        wait_until(lambda: self._lost >= size, f"{size} bytes to lose")
        _break(ends)

    def close(self) -> None:
        """For good."""
        self._listener.close()
        _break(self._ends)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._to_port))
            except OSError:
                near.close()  # nobody listens there yet: whoever connects will try again
                continue
            self._ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                arguments = (source, sink, self._is_losing)
                threading.Thread(target=self._pass_on, args=arguments, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, is_losing: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if is_losing.is_set():
                    self._lost += len(data)
                else:
                    sink.sendall(data)
                    self._passed_on += len(data)


def _break(ends: list[socket.socket]) -> None:
    for end in ends:
        with suppress(OSError):
            # A thread that waits for data keeps a closed socket alive.
            end.shutdown(socket.SHUT_RDWR)
        end.close()
