"""Reading all journals of this machine: what one worker accepted, readers of every worker find."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from reference_service.resilience import Cutoff, Deadline, DependencyUnavailableError
from reference_service.writes.change import Change
from reference_service.writes.change_set import ChangeSet
from reference_service.writes.journal.journal_file import SUFFIX, JournalDepth, JournalFile

log = logging.getLogger(__name__)
NAME = "journal"
UNREADABLE = (sqlite3.Error, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Heard[T]:
    """What the journals answered, and the reason why one of them did not, if so."""

    answers: Sequence[T]
    unsaid: DependencyUnavailableError | None = None

    def whole(self) -> Sequence[T]:
        """The answers of all. Raises DependencyUnavailableError when one is missing."""
        if self.unsaid is not None:
            raise self.unsaid
        return self.answers


@dataclass(frozen=True, slots=True)
class Waiting:
    """The newest change of a document that waits; one that could not be read may hold a newer one."""

    newest: Change | None
    unsaid: DependencyUnavailableError | None = None


class Neighbours:
    """Looks into every file of the folder, in a thread of its own, and keeps them open between looks.

    A file that is being made holds nothing yet, and what a removed one held is in the outbox. Of one that
    cannot be read nobody knows what it holds: who asks learns that, within the time that it gave.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, "journals")
        self._open: dict[Path, tuple[int, JournalFile]] = {}
        self._unreadable: set[Path] = set()

    @property
    def unreadable(self) -> int:
        """How many could not be read at the last look; the folder counts as one."""
        return len(self._unreadable)

    async def newest(self, tenant_id: str, document_id: str, limit_s: float) -> Waiting:
        """The newest change of a document that waits in any journal."""
        heard = await self._ask_all(lambda file: file.newest(tenant_id, document_id), limit_s)
        found = (change for change in heard.answers if change)
        return Waiting(max(found, key=lambda change: change.version, default=None), heard.unsaid)

    async def newest_sets(
        self, tenant_id: str, document_ids: Collection[str], deadline: Deadline
    ) -> Sequence[ChangeSet]:
        """The same of several documents, each in its set, which has no other documents and no key then.

        Raises DependencyUnavailableError when a journal cannot be read, DeadlineExceededError.
        """

        def of_file(file: JournalFile) -> list[ChangeSet]:
            return [found for one in document_ids if (found := file.newest_set(tenant_id, one))]

        if not document_ids:
            return ()
        heard = await self._ask_all(of_file, deadline.share_s(deadline.remaining_s() / 2))
        newest: dict[str, ChangeSet] = {}
        for found in chain.from_iterable(heard.whole()):
            (change,) = found.changes
            known = newest.get(change.document_id)
            if known is None or known.changes[0].version < change.version:
                newest[change.document_id] = found
        return [newest[one] for one in sorted(newest)]

    async def by_key(self, changes: ChangeSet, deadline: Deadline) -> ChangeSet | None:
        """The waiting set that was accepted with the same idempotency key, if it has one.

        Raises DependencyUnavailableError when it may be in a journal that cannot be read,
        DeadlineExceededError.
        """
        if changes.idempotency is None:
            return None
        tenant_id, key = changes.tenant_id, changes.idempotency.key
        return await self._find(lambda file: file.by_key(tenant_id, key), deadline)

    async def by_job(self, tenant_id: str, job_id: str, deadline: Deadline) -> ChangeSet | None:
        """The waiting set of this job. Raises what `by_key` raises."""
        return await self._find(lambda file: file.by_job(tenant_id, job_id), deadline)

    async def depths(self) -> Sequence[JournalDepth]:
        """How much waits in each that can be read."""
        return (await self._ask_all(JournalFile.depth, None)).answers

    async def highest_version(self) -> int:
        """The highest version that any of them knows, 0 if none does.

        A neighbour's that cannot be read is done without: its versions are higher than the time of day by no
        more than clocks differ.
        """
        return max((await self._ask_all(JournalFile.highest_version, None)).answers, default=0)

    async def close(self) -> None:
        """Closes all of them."""
        await self._in_thread(self._close_all)
        self._thread.shutdown(wait=False)

    async def _find(
        self, question: Callable[[JournalFile], ChangeSet | None], deadline: Deadline
    ) -> ChangeSet | None:
        heard = await self._ask_all(question, deadline.share_s(deadline.remaining_s() / 2))
        found = next(filter(None, heard.answers), None)
        return found if found is not None else next(filter(None, heard.whole()), None)

    async def _ask_all[T](self, question: Callable[[JournalFile], T], limit_s: float | None) -> Heard[T]:
        asked = self._in_thread(lambda: self._look(question))
        if limit_s is None:
            return await asked
        try:
            with Cutoff(limit_s):
                return await asked
        except TimeoutError as error:
            unsaid = DependencyUnavailableError(NAME, "the disk did not answer in time")
            unsaid.__cause__ = error
            return Heard((), unsaid)

    def _look[T](self, question: Callable[[JournalFile], T]) -> Heard[T]:
        unread: dict[Path, Exception] = {}
        answers: list[T] = []
        for path in self._journals(unread):
            try:
                answers += self._answer(path, question)
            except UNREADABLE as error:
                unread[path] = error
        self._tell(unread)
        if not unread:
            return Heard(answers)
        names = ", ".join(path.name for path in sorted(unread))
        return Heard(answers, DependencyUnavailableError(NAME, f"{names} cannot be read"))

    def _journals(self, unread: dict[Path, Exception]) -> Sequence[Path]:
        """Those there are; what has gone is closed."""
        try:
            paths = sorted(path for path in self._folder.iterdir() if path.suffix == SUFFIX)
        except FileNotFoundError:
            paths = []  # nothing was accepted here yet
        except OSError as error:
            unread[self._folder] = error
            return ()
        for gone in set(self._open).difference(paths):
            self._open.pop(gone)[1].close()
        return paths

    def _answer[T](self, path: Path, question: Callable[[JournalFile], T]) -> Sequence[T]:
        """One answer; none of a file that is gone or being made. Raises what makes a file unreadable."""
        try:
            return [question(self._opened(path))]
        except UNREADABLE as error:
            log.debug("journal %s is looked at again: %s", path.name, error)
        # It may have been removed and made again under the same name while it was looked at.
        if (known := self._open.pop(path, None)) is not None:
            known[1].close()
        try:
            file = self._opened(path)
            return [question(file)] if file.is_made() else ()
        except UNREADABLE:
            if _is_gone(path):
                return ()
            raise

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

    def _tell(self, unread: dict[Path, Exception]) -> None:
        """Once when it begins, and once when it ends: every request looks."""
        for path in unread.keys() - self._unreadable:
            log.error(
                "%s cannot be read (%s: %s): what waits in it is not known, and what nobody else has is"
                " answered with 503. Mend it, or move it away: what it holds is then lost.",
                path,
                type(unread[path]).__name__,
                unread[path],
            )
        for path in self._unreadable - unread.keys():
            log.warning("%s is no longer unreadable", path)
        self._unreadable = set(unread)

    def _close_all(self) -> None:
        for _, file in self._open.values():
            file.close()
        self._open.clear()

    async def _in_thread[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _is_gone(path: Path) -> bool:
    """Whoever removes a journal has brought all of it into PostgreSQL, and holds its lock."""
    try:
        path.stat()
    except FileNotFoundError:
        return True
    return False
