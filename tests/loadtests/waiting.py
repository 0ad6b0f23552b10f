"""Waiting for what happens, not for time to pass."""

import time
from collections.abc import Callable


def wait_until[T](seen: Callable[[], T | None], what: str, timeout_s: float = 30) -> T:
    """What `seen` gives as soon as it gives something; asked again and again."""
    deadline_s = time.monotonic() + timeout_s
    while not (found := seen()):
        assert time.monotonic() < deadline_s, f"{what} did not come within {timeout_s:g} s"
        time.sleep(0.02)
    return found
