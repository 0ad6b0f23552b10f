"""Waiting for what happens, not for time to pass."""

import time
from collections.abc import Callable


def wait_for[T](look: Callable[[], T | None], what: str, *, within_s: float = 30) -> T:
    """The first thing that `look` finds."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError(f"{what}: not within {within_s:g} s")
