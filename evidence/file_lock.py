"""One process (or thread) at a time: a lock file that the kernel lets go of when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_POLL_S = 0.01


class LockBusy(OSError):  # noqa: N818 -- said of a lock
    """Another process holds the lock file for longer than it may."""


@contextmanager
def file_lock(path: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold the lock file `path`; its content names its holder. Raises LockBusy, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline_s = time.monotonic() + timeout_s
    with path.open("a+") as file:
        while not try_lock(file.fileno()):
            if time.monotonic() >= deadline_s:
                holder = path.read_text().strip() or "unknown"
                raise LockBusy(
                    f"{path}: process {holder} has held it for {timeout_s:g} s. Wait for it, or end it "
                    f"(kill {holder}), then try again."
                )
            time.sleep(_POLL_S)
        write_holder(file.fileno())
        yield


def try_lock(descriptor: int) -> bool:
    """Take the lock if nobody else has it. Closing the descriptor lets go of it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_holder(descriptor: int) -> None:
    """Say in a lock file that is held by whom."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
