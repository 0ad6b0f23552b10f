"""Waiting for what happens, not for time to pass."""

import itertools
import os
import socket
import time
from collections.abc import Callable


def wait_until[T](seen: Callable[[], T | None], what: str, timeout_s: float = 30) -> T:
    """What `seen` gives as soon as it gives something; asked again and again."""
    deadline_s = time.monotonic() + timeout_s
    while not (found := seen()):
        assert time.monotonic() < deadline_s, f"{what} did not come within {timeout_s:g} s"
        time.sleep(0.02)
    return found


_candidates = itertools.cycle(range(10_000, 20_000))
for _ in range(os.getpid() * 97 % 10_000):
    next(_candidates)


def free_port() -> int:
    """A port that nobody listens on, not of those that the system gives to clients; each time a new one."""
    for port in _candidates:
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise AssertionError("there is no end to them")
