"""One run a stack: a lock that the operating system frees when the run dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path

from evidence.home import Home
from stormproof.errors import BadInput


def _lock_file(home: Home) -> Path:
    return home.state_dir / "run.lock"


@contextmanager
def run_lock(home: Home) -> Iterator[None]:
    """Hold the stack for one run. Raises BadInput when another run has it."""
    if not (held := _try_lock(home)):
        raise BadInput(
            f"Another run uses this stack ({_lock_file(home)} is locked). Wait for it, interrupt it with "
            "Ctrl-C, or use a stack beside it: STORMPROOF_PORT_BASE=22000"
        )
    with held:
        yield


@contextmanager
def lock_if_free(home: Home) -> Iterator[bool]:
    """Whether no run lives; within the block none starts then."""
    held = _try_lock(home)
    if held is None:
        yield False
        return
    with held:
        yield True


def _try_lock(home: Home) -> BufferedWriter | None:
    path = _lock_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = path.open("ab")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        return None
    return stream
