"""Carries what journals hold into PostgreSQL: those of its own worker, and of workers that are gone."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from reference_service.ports.changes import Changes, ContendedError, is_refusal
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.journal.journal_file import SUFFIX, JournalFile, Kept
from reference_service.writes.journal.journal_lock import delete_journal, try_lock

log = logging.getLogger(__name__)
BATCH = 50
REPLAY_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class DrainPolicy:
    """Seconds between looks into journals, and at what was refused; the size at which journals are full."""

    poll_s: float
    refused_every_s: float
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
        self._looked_s: dict[Path, float] = {}
        self._failed: set[Path] = set()

    async def run(self, own: Path) -> None:
        """Drains the worker's own journal, and every one whose worker is gone."""
        while True:
            try:
                await self._drain_all(own)
            except (DependencyUnavailableError, DeadlineExceededError, ContendedError) as error:
                log.info("journals wait: %s", error)
            await asyncio.sleep(self._policy.poll_s)

    async def _drain_all(self, own: Path) -> None:
        failed = set()
        others = (path for path in sorted(self._folder.glob(f"*{SUFFIX}")) if path != own)
        for path, carry in ((own, self.drain), *((path, self._take_over) for path in others)):
            try:
                await carry(path)
            except (DependencyUnavailableError, DeadlineExceededError, ContendedError):
                raise
            except Exception:
                # Whatever it is, acknowledged changes of other files must not stay behind for it.
                failed.add(path)
                if path not in self._failed:
                    log.exception("draining %s failed; it is tried again", path.name)
        self._failed = failed

    async def drain(self, path: Path) -> int:
        """Empties one journal whose lock is held; how many sets it carried.

        Raises DependencyUnavailableError, DeadlineExceededError, ContendedError: what was not carried stays.
        """
        file = await asyncio.to_thread(JournalFile.open, path, self._policy.most_bytes)
        carried = 0
        try:
            while batch := await asyncio.to_thread(file.waiting, BATCH):
                carried += await self._carry(file, batch)
            if self._now_s() - self._looked_s.get(path, -math.inf) >= self._policy.refused_every_s:
                carried += await self._carry_refused(file)
                self._looked_s[path] = self._now_s()
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
            if is_refusal(result):
                log.error("job %s is refused by PostgreSQL: %s", kept.changes.job_id, _reason(result))
                await self._lay_aside(file, kept)
        for result in results:
            if result is not None and not is_refusal(result):
                raise result
        return len(batch)

    async def _carry_refused(self, file: JournalFile) -> int:
        """Tries again what could not even be made dead letters, say because its tenant was gone."""
        carried = after = 0
        while batch := await asyncio.to_thread(file.refused, after, BATCH):
            for kept in batch:
                carried += await self._lay_aside(file, kept)
            after = batch[-1].sequence
        return carried

    async def _lay_aside(self, file: JournalFile, kept: Kept) -> bool:
        """Whether PostgreSQL has the set now, in part as dead letters; otherwise it stays in the file."""
        try:
            letters = await self._changes.lay_aside(kept.changes, self._limit())
        except asyncpg.PostgresError as error:
            if not is_refusal(error):
                raise
            await asyncio.to_thread(file.refuse, kept.sequence, _reason(error))
            return False
        log.error("job %s: %d changes became dead letters", kept.changes.job_id, letters)
        await asyncio.to_thread(file.remove, [kept.sequence])
        return True

    async def _replay(self, kept: Kept) -> None:
        await self._changes.replay(kept.changes, self._limit())

    def _limit(self) -> Deadline:
        return Deadline.after(REPLAY_LIMIT_S, self._now_s)

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


def _reason(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"


def _is_empty(path: Path, most_bytes: int) -> bool:
    file = JournalFile.open(path, most_bytes)
    try:
        depth = file.depth()
    finally:
        file.close()
    return depth.waiting == depth.refused == 0
