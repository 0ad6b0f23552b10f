"""Changing `stack.json`: what restarts a process must say so there, as whoever started the stack does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from evidence.documents import replace_file
from evidence.file_lock import file_lock
from evidence.stack_record import StackProcess, StackRecord, read_stack

_LOCK_TIMEOUT_S = 10.0
_MODE = 0o600
"""Environments of processes are in it, and with them a service's secrets."""


@dataclass(frozen=True, slots=True)
class OpenStack:
    """`stack.json` while nobody else can change it."""

    path: Path
    record: StackRecord

    def process(self, name: str) -> StackProcess | None:
        """The process registered under `name`, alive or not."""
        return next((one for one in self.record.processes if one.name == name), None)

    def runs_now_as(
        self, process: StackProcess, pid: int, created_at_s: float, birth: str, fault: str | None
    ) -> StackProcess:
        """Keep that `process` was started again, as what it is now, and for which fault otherwise than it
        should be. Raises OSError."""
        now = replace(process, pid=pid, created_at_s=created_at_s, birth=birth, fault=fault)
        others = tuple(one for one in self.record.processes if one.name != process.name)
        changed = replace(self.record, processes=(*others, now))
        content = TypeAdapter(StackRecord).dump_json(changed, indent=1)
        replace_file(self.path, content + b"\n", mode=_MODE)
        return now


@contextmanager
def open_stack(path: Path) -> Iterator[OpenStack]:
    """Under the lock that `stack` takes too, and so to be held briefly. Raises InvalidFile, LockBusy."""
    with file_lock(path.with_name(f".{path.name}.lock"), timeout_s=_LOCK_TIMEOUT_S):
        yield OpenStack(path, read_stack(path))
