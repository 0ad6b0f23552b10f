"""Reading all journals of this machine: what one worker accepted, readers of every worker find."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from reference_service.writes.change import Change
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.journal.journal_file import SUFFIX, JournalDepth, JournalFile

log = logging.getLogger(__name__)


class Neighbours:
    """Looks into every file of the folder, in a thread of its own, and keeps them open between looks.

    A file that cannot be read just now (being made, being removed) is passed over: it holds nothing that was
    acknowledged before this moment.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, "journals")
        self._open: dict[Path, tuple[int, JournalFile]] = {}

    async def newest(self, tenant_id: str, document_id: str) -> Change | None:
        """The newest change of a document that waits in any journal."""
        found = await self._ask_all(lambda file: file.newest(tenant_id, document_id))
        return max((change for change in found if change), key=lambda change: change.version, default=None)

    async def newest_sets(self, tenant_id: str, document_ids: Collection[str]) -> Sequence[ChangeSet]:
        """The same of several documents, each in its set, which has no other documents and no key then."""

        def of_file(file: JournalFile) -> list[ChangeSet]:
            return [found for one in document_ids if (found := file.newest_set(tenant_id, one))]

        newest: dict[str, ChangeSet] = {}
        for found in chain.from_iterable(await self._ask_all(of_file)) if document_ids else ():
            (change,) = found.changes
            known = newest.get(change.document_id)
            if known is None or known.changes[0].version < change.version:
                newest[change.document_id] = found
        return [newest[one] for one in sorted(newest)]

    async def by_key(self, changes: ChangeSet) -> ChangeSet | None:
        """The waiting set that was accepted with the same idempotency key, if it has one."""
        if changes.idempotency is None:
            return None
        tenant_id, key = changes.tenant_id, changes.idempotency.key
        return next(filter(None, await self._ask_all(lambda file: file.by_key(tenant_id, key))), None)

    async def by_job(self, tenant_id: str, job_id: str) -> ChangeSet | None:
        """The waiting set of this job."""
        return next(filter(None, await self._ask_all(lambda file: file.by_job(tenant_id, job_id))), None)

    async def depths(self) -> Sequence[JournalDepth]:
        """How much waits in each."""
        return await self._ask_all(JournalFile.depth)

    async def highest_version(self) -> int:
        """The highest version that any of them knows, 0 if none does."""
        return max(await self._ask_all(JournalFile.highest_version), default=0)

    async def close(self) -> None:
        """Closes all of them."""
        await self._in_thread(self._close_all)
        self._thread.shutdown(wait=False)

    async def _ask_all[T](self, question: Callable[[JournalFile], T]) -> list[T]:
        return await self._in_thread(lambda: list(self._answers(question)))

    def _answers[T](self, question: Callable[[JournalFile], T]) -> Iterator[T]:
        paths = sorted(self._folder.glob(f"*{SUFFIX}"))
        for gone in set(self._open).difference(paths):
            self._open.pop(gone)[1].close()
        for path in paths:
            try:
                answer = question(self._opened(path))
            except (sqlite3.Error, OSError) as error:
                log.info("journal %s passed over: %s", path.name, error)
                continue
            yield answer

    def _opened(self, path: Path) -> JournalFile:
        inode = path.stat().st_ino
        known = self._open.get(path)
        if known is not None and known[0] == inode:
            return known[1]
        if known is not None:
            known[1].close()
        file = JournalFile.open_for_reading(path)
        self._open[path] = (inode, file)
        return file

    def _close_all(self) -> None:
        for _, file in self._open.values():
            file.close()
        self._open.clear()

    async def _in_thread[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
