"""Who may write to a journal and drain it: one process, which the operating system tells dead from alive."""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from reference_service.writes.journal.journal_file import SUFFIX


@dataclass(frozen=True, slots=True)
class JournalLock:
    """Held until `release`, or until the process ends, however it ends."""

    journal: Path
    _file: FileIO

    def release(self) -> None:
        """Lets others have it."""
        self._file.close()


def try_lock(journal: Path) -> JournalLock | None:
    """The lock of a journal, None while another process (or another holder in this one) has it.

    The lock lies beside the journal: closing any descriptor of an SQLite file would drop SQLite's own locks.
    """
    file = FileIO(journal.with_suffix(".lock"), "a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return JournalLock(journal, file)


def delete_journals(folder: Path) -> None:
    """Deletes the journals that no process holds: for a corpus that begins anew."""
    for path in folder.glob(f"*{SUFFIX}"):
        lock = try_lock(path)
        if lock is not None:
            delete_journal(path)
            lock.release()


def delete_journal(path: Path) -> None:
    """Deletes one, whose lock the caller holds."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def lock_for_worker(folder: Path, worker: int) -> JournalLock:
    """The worker's journal; another name while a neighbour is still draining what an earlier process left.

    Raises OSError when the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 0
    while True:
        name = f"worker-{worker}" if number == 0 else f"worker-{worker}-{number}"
        lock = try_lock(folder / f"{name}{SUFFIX}")
        if lock is not None:
            return lock
        number += 1
