"""Waiting for what another process does."""

import threading
import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], timeout_s: float = 20.0) -> None:
    """Returns as soon as `condition` holds; fails after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {timeout_s:g} s"
        pause.wait(0.01)
