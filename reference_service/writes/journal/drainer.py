"""Carries what journals hold into PostgreSQL: those of its own worker, and of workers that are gone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from reference_service.ports.changes import Changes, ContendedError
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.journal.journal_file import SUFFIX, JournalFile, Kept
from reference_service.writes.journal.journal_lock import delete_journal, try_lock

log = logging.getLogger(__name__)
BATCH = 50
REPLAY_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class DrainPolicy:
    """Seconds between looks into journals, and the size at which they are full."""

    poll_s: float
    most_bytes: int


class Drainer:
    """At least once, in any order: versions and identities make a second replay, or a late one, harmless."""

    def __init__(
        self,
        folder: Path,
        changes: Changes,
        policy: DrainPolicy,
        now_s: Callable[[], float],
        wake_relay: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._changes = changes
        self._policy = policy
        self._now_s = now_s
        self._wake_relay = wake_relay

    async def run(self, own: Path) -> None:
        """Drains the worker's own journal, and every one whose worker is gone."""
        while True:
            try:
                await self.drain(own)
                for path in sorted(self._folder.glob(f"*{SUFFIX}")):
                    if path != own:
                        await self._take_over(path)
            except (DependencyUnavailableError, DeadlineExceededError, ContendedError) as error:
                log.info("journals wait: %s", error)
            except Exception:
                # Whatever it is, acknowledged changes must not stay behind for it.
                log.exception("draining failed")
            await asyncio.sleep(self._policy.poll_s)

    async def drain(self, path: Path) -> int:
        """Empties one journal whose lock is held; how many sets it carried.

        Raises DependencyUnavailableError, DeadlineExceededError, ContendedError: what was not carried stays.
        """
        file = await asyncio.to_thread(JournalFile.open, path, self._policy.most_bytes)
        carried = 0
        try:
            while batch := await asyncio.to_thread(file.waiting, BATCH):
                carried += await self._carry(file, batch)
        finally:
            await asyncio.to_thread(file.close)
        if carried:
            log.info("carried %d change sets from %s", carried, path.name)
            self._wake_relay()
        return carried

    async def _carry(self, file: JournalFile, batch: Sequence[Kept]) -> int:
        results = await asyncio.gather(*(self._replay(kept) for kept in batch), return_exceptions=True)
        done = [kept.sequence for kept, result in zip(batch, results, strict=True) if result is None]
        await asyncio.to_thread(file.remove, done)
        for kept, result in zip(batch, results, strict=True):
            if _is_refusal(result):
                reason = f"{type(result).__name__}: {result}"
                log.error("job %s will never be accepted by PostgreSQL: %s", kept.changes.job_id, reason)
                await asyncio.to_thread(file.refuse, kept.sequence, reason)
        for result in results:
            if result is not None and not _is_refusal(result):
                raise result
        return len(done)

    async def _replay(self, kept: Kept) -> None:
        await self._changes.replay(kept.changes, Deadline.after(REPLAY_LIMIT_S, self._now_s))

    async def _take_over(self, path: Path) -> None:
        lock = try_lock(path)
        if lock is None:
            return  # its worker lives
        try:
            await self.drain(path)
            if await asyncio.to_thread(_is_empty, path, self._policy.most_bytes):
                delete_journal(path)
        finally:
            lock.release()


def _is_refusal(result: BaseException | None) -> bool:
    """PostgreSQL answered, and will not answer otherwise tomorrow. What else it may say, its port turned."""
    return isinstance(result, asyncpg.PostgresError)


def _is_empty(path: Path, most_bytes: int) -> bool:
    file = JournalFile.open(path, most_bytes)
    try:
        depth = file.depth()
    finally:
        file.close()
    return depth.waiting == depth.refused == 0
