"""One process (or thread) at a time."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.errors import StackBusy

_POLL_S = 0.01


def no_check() -> None:
    """Wait on."""


def tell_nobody(holder: str) -> None:
    """Wait in silence."""


@contextmanager
def file_lock(
    path: Path,
    *,
    timeout_s: float,
    purpose: str,
    on_wait: Callable[[str], None] = tell_nobody,
    check: Callable[[], None] = no_check,
) -> Iterator[None]:
    """Hold the lock file `path`; the kernel lets go of it when its holder dies, however it dies.

    `on_wait` is called once when another holds it, with its pid; `check` may raise to give up waiting.
    Raises StackBusy after `timeout_s`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + timeout_s
    with path.open("a+") as file:
        told = False
        while not _acquired(file.fileno()):
            holder = path.read_text().strip() or "unknown"
            if not told:
                on_wait(holder)
                told = True
            if time.monotonic() >= deadline:
                raise StackBusy(
                    f"process {holder} is still {purpose} after {timeout_s:.0f} s",
                    where=str(path),
                    next_step=f"Wait for it, or end it (kill {holder}), then try again.",
                )
            check()
            time.sleep(_POLL_S)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _acquired(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
