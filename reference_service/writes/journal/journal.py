"""The journal as the acceptor sees it: changes are on this machine's disk when `accept` returns."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from reference_service.resilience import Cutoff, Deadline, DependencyUnavailableError
from reference_service.writes.change import ChangeKind
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.idempotency import KeyReusedError
from reference_service.writes.journal.journal_file import JournalFile, JournalFullError
from reference_service.writes.journal.journal_lock import JournalLock, lock_for_worker
from reference_service.writes.journal.neighbours import NAME, Neighbours
from reference_service.writes.receipt import Durability, Outcome, Receipt, ReceiptItem

log = logging.getLogger(__name__)
FULL_RETRY_S = 5.0


@dataclass(slots=True)
class _Entry:
    changes: ChangeSet
    kept: asyncio.Future[ChangeSet] = field(default_factory=asyncio.Future)


class Journal:
    """Group commit: sets that arrive while the disk syncs share the next sync.

    Guards nothing itself: a disk that hangs is cut off by the request's deadline.
    """

    def __init__(self, folder: Path, worker: int, most_bytes: int, reserve_s: float) -> None:
        self._folder = folder
        self._worker = worker
        self._most_bytes = most_bytes
        self._reserve_s = reserve_s
        self._thread = ThreadPoolExecutor(1, "journal")
        self._neighbours = Neighbours(folder)
        self._lock: JournalLock | None = None
        self._file: JournalFile | None = None
        self._pending: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None

    async def open(self) -> tuple[Path, int]:
        """Makes or finds the worker's file; its path, and the highest version any journal here knows.

        Raises OSError and sqlite3.Error: a service that could lose what it accepts does not start.
        """
        self._lock = await self._in_thread(lambda: lock_for_worker(self._folder, self._worker))
        path = self._lock.journal
        self._file = await self._in_thread(lambda: JournalFile.open(path, self._most_bytes))
        return path, await self._neighbours.highest_version()

    async def accept(self, changes: ChangeSet, deadline: Deadline) -> Receipt:
        """Keeps the set. Raises KeyReusedError, and DependencyUnavailableError when it cannot be kept."""
        share_s = deadline.share_s(deadline.remaining_s(), self._reserve_s)
        try:
            with Cutoff(share_s):
                # Another worker may have been sent the same request.
                known = await self._neighbours.by_key(changes, deadline) or await self._append(changes)
        except JournalFullError as error:
            raise DependencyUnavailableError(NAME, "the local journal is full", FULL_RETRY_S) from error
        except TimeoutError as error:
            raise DependencyUnavailableError(NAME, "the disk did not answer in time") from error
        except OSError as error:
            raise DependencyUnavailableError(NAME, f"{type(error).__name__}: {error}") from error
        if known.idempotency != changes.idempotency:
            raise KeyReusedError
        return _receipt(known, replayed=known.job_id != changes.job_id)

    async def known(self, changes: ChangeSet, deadline: Deadline) -> Receipt | None:
        """The receipt of the set that came with the same key and waits in a journal of this machine.

        Raises KeyReusedError, DeadlineExceededError; DependencyUnavailableError when one cannot be read.
        """
        known = await self._neighbours.by_key(changes, deadline)
        if known is None:
            return None
        if known.idempotency != changes.idempotency:
            raise KeyReusedError
        return _receipt(known, replayed=True)

    async def indexing(
        self, tenant_id: str, document_ids: Collection[str], deadline: Deadline
    ) -> Sequence[ChangeSet]:
        """Of those documents that exist by what waits in a journal of this machine: that, in its sets.

        Raises DependencyUnavailableError when a journal cannot be read, DeadlineExceededError.
        """
        sets: dict[str, ChangeSet] = {}
        for one in await self._neighbours.newest_sets(tenant_id, sorted(document_ids), deadline):
            if one.changes[0].kind is ChangeKind.INDEX:
                known = sets.get(one.job_id)
                sets[one.job_id] = (
                    replace(one, changes=(*known.changes, *one.changes)) if known is not None else one
                )
        return list(sets.values())

    async def mark_version(self, version: int) -> None:
        """Remembers over restarts that versions up to this one may have been given."""
        await self._with_file(lambda file: file.mark_version(version))

    async def close(self) -> None:
        """Waits for what is being written, and closes the file."""
        if self._writing is not None:
            await self._writing
        if self._file is not None:
            await self._in_thread(self._file.close)
        if self._lock is not None:
            self._lock.release()
        await self._neighbours.close()
        self._thread.shutdown(wait=False)

    async def _append(self, changes: ChangeSet) -> ChangeSet:
        entry = _Entry(changes)
        self._pending.append(entry)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await asyncio.shield(entry.kept)

    async def _write(self) -> None:
        while self._pending:
            batch, self._pending = self._pending, []
            try:
                kept = await self._with_file(functools.partial(_append_all, batch))
            except Exception as error:  # each of the batch learns it
                failure = error if isinstance(error, JournalFullError) else OSError(f"journal: {error}")
                log.warning("journal: %s: %s", type(error).__name__, error)
                for entry in batch:
                    entry.kept.set_exception(failure)
                    entry.kept.exception()  # looked at: its request may have gone
            else:
                for entry, changes in zip(batch, kept, strict=True):
                    entry.kept.set_result(changes)
        self._writing = None

    async def _with_file[T](self, work: Callable[[JournalFile], T]) -> T:
        file = self._file
        if file is None:
            raise OSError("the journal is not open")
        return await self._in_thread(lambda: work(file))

    async def _in_thread[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _append_all(batch: Sequence[_Entry], file: JournalFile) -> Sequence[ChangeSet]:
    return file.append([entry.changes for entry in batch])


def _receipt(changes: ChangeSet, *, replayed: bool) -> Receipt:
    # Whether the changes of an earlier request are still the newest, nobody was asked.
    items = tuple(
        ReceiptItem(c.document_id, c.version, Outcome.ACCEPTED, is_newest=not replayed)
        for c in changes.changes
    )
    return Receipt(changes.job_id, items, Durability.LOCAL, replayed)
