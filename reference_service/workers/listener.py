"""The socket that all workers accept from."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable

from reference_service.errors import CannotStartError

PAUSE_S = 0.05


def bind_listener(
    host: str,
    port: int,
    patience_s: float,
    now_s: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> socket.socket:
    """A bound socket; whoever serves listens on it. Raises CannotStartError when the port stays taken.

    One socket for all workers, and not one for each (SO_REUSEPORT): connections wait in one queue, so that
    none of them waits for, or dies with, a worker that is stuck, dead or stopping while others are idle.
    `patience_s`: workers of a supervisor that was killed a moment ago need a moment to end.
    """
    until_s = now_s() + patience_s
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((host, port))
        except OSError as error:
            made.close()
            if error.errno != errno.EADDRINUSE or now_s() >= until_s:
                raise CannotStartError("SERVICE_PORT", port, error, f"A free port of {host}") from error
            sleep(PAUSE_S)
        else:
            made.setblocking(False)
            return made
