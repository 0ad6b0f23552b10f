"""A load that is put on by hand, beside the stack's own run: alive for as long as who started it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.home import Home


@contextmanager
def living_load(home: Home, run: str) -> Iterator[None]:
    """Within the block the generators of `run` belong to somebody; the operating system says so, however the
    block ends.
    """
    path = _lock_file(home, run)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def load_lives(home: Home, run: str | None) -> bool:
    """Whether who started the load of this run is still there."""
    if run is None:
        return False
    try:
        with _lock_file(home, run).open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _lock_file(home: Home, run: str) -> Path:
    return home.state_dir / "loads" / f"{run}.lock"
