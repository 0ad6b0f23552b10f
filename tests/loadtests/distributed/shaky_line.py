"""A TCP line between two ports of this machine that can be cut, and mended."""

import socket
import threading
from contextlib import suppress


class ShakyLine:
    """Listens on `port`, in threads; passes on to `to_port`."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._is_whole = threading.Event()
        self._is_whole.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Reset all connections, and let none be made."""
        self._is_whole.clear()
        for end in self._ends:
            with suppress(OSError):
                # A thread that waits for data keeps a closed socket alive; what is on its way is lost.
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def mend(self) -> None:
        """Connections can be made again."""
        self._is_whole.set()

    def close(self) -> None:
        """For good."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._is_whole.is_set():
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._to_port))
            self._ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
