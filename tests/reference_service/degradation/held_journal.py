"""What waits in a journal of this machine that nobody drains: its worker lives, and does not get to it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from reference_service.writes.change import Change, ChangeKind
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.hybrid_clock import HybridClock
from reference_service.writes.journal.journal_file import JournalFile
from reference_service.writes.journal.journal_lock import delete_journal, lock_for_worker

WORKER = 77
ROOM = 10_000_000
STORED = orjson.dumps({"title": "t", "content": "c", "tags": []}).decode()


@contextmanager
def held_journal(folder: Path, tenant_id: str, jobs: Sequence[tuple[str, str]]) -> Iterator[None]:
    """One with a job for each document: (job, document); gone afterwards, and what is in it with it."""
    clock = HybridClock(WORKER, lambda: time.time_ns() // 1_000_000)
    lock = lock_for_worker(folder, WORKER)
    file = JournalFile.open(lock.journal, ROOM)
    try:
        file.append([_set(tenant_id, job_id, name, clock) for job_id, name in jobs])
        yield
    finally:
        file.close()
        delete_journal(lock.journal)
        lock.release()


def _set(tenant_id: str, job_id: str, name: str, clock: HybridClock) -> ChangeSet:
    change = Change(name, clock.next_version(), ChangeKind.INDEX, STORED)
    return ChangeSet(tenant_id, job_id, "actor", "request", clock.now_ms(), (change,))
