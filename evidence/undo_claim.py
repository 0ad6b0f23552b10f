"""Who breaks or mends one fault just now: at most one process at a time does."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from evidence.file_lock import try_lock, write_holder

_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class UndoClaim:
    """The claim on one fault; its holder's death ends it."""

    path: Path
    descriptor: int

    def release(self, *, done: bool) -> None:
        """Let others have it; `done` when `undo.jsonl` says that nothing is left to do, so that nobody needs
        to ask again."""
        if done:
            self.path.unlink(missing_ok=True)
        os.close(self.descriptor)


def take_claim(
    undo_file: Path, record_id: str, *, within_s: float = 0.0, sleep: Callable[[float], None]
) -> UndoClaim | None:
    """The claim on the fault `record_id`; None when another process has it for all of `within_s`.

    Whoever gets it must read `undo.jsonl` again: the one who had it before may have done all. A holder that
    is stopped (SIGSTOP) is passed over: it must look, once it goes on, whether its fault is undone. Raises
    OSError.
    """
    digest = hashlib.sha256(record_id.encode()).hexdigest()[:16]
    path = undo_file.with_name("undo-claims") / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    waited_s = 0.0
    while not try_lock(descriptor):
        if _holder_is_stopped(descriptor):
            return UndoClaim(path, descriptor)
        if waited_s >= within_s:
            os.close(descriptor)
            return None
        sleep(_POLL_S)
        waited_s += _POLL_S
    write_holder(descriptor)
    return UndoClaim(path, descriptor)


def _holder_is_stopped(descriptor: int) -> bool:
    text = os.pread(descriptor, 32, 0)
    if not text.isdigit():
        return False
    try:
        return psutil.Process(int(text)).status() == psutil.STATUS_STOPPED
    except psutil.NoSuchProcess:
        return False
