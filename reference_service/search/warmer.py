"""Asks for popular searches before clients do, so that a deployment does not meet them with a cold cache."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from reference_service.caching.answer_cache import Freshness
from reference_service.locks.lease import Lease
from reference_service.locks.locks import Locks
from reference_service.ports.popular_searches import PopularSearches
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.search.kept_searches import KeptSearches, KnownSearch
from reference_service.search.query import Bounds
from reference_service.search.searcher import Searcher
from reference_service.search.written_search import read_search, write_search

log = logging.getLogger(__name__)
AT_ONCE = 4  # of the searches that Elasticsearch gets beside those of clients of other workers
CALL_S = 0.5
LOCK = "warming"
ASK_AGAIN_S = 0.1


@dataclass(frozen=True, slots=True)
class WarmPolicy:
    """How long a start may take over it, and how often what is popular is noted for later starts.

    What is not within the `bounds` of a question any more is not asked.
    """

    limit_s: float
    note_every_s: float
    bounds: Bounds


class Warmer:
    """Never keeps a worker from starting: it ends at its limit, and when a dependency does not answer.

    Of workers that start together one asks, and the others wait for it, within their limits. Whoever has lost
    the lock asks for nothing more; what it still stores is as good as another's, so no token goes with it.
    """

    def __init__(
        self,
        searcher: Searcher,
        kept: KeptSearches,
        noted: PopularSearches,
        locks: Locks,
        policy: WarmPolicy,
        now_s: Callable[[], float],
    ) -> None:
        self._searcher = searcher
        self._kept = kept
        self._noted = noted
        self._locks = locks
        self._policy = policy
        self._now_s = now_s

    async def warm(self) -> int:
        """Fills the cache with the answers that it lacks; how many it asked for."""
        deadline = Deadline.after(self._policy.limit_s, self._now_s)
        try:
            written = await self._noted.latest(deadline)
        except (DependencyUnavailableError, DeadlineExceededError) as error:
            log.info("nothing is warmed: %s", error)
            return 0
        found = [read_search(one, self._policy.bounds) for one in written]
        waiting = [search for search in reversed(found) if search is not None]
        while waiting and deadline.remaining_s() > CALL_S:
            async with self._locks.hold(LOCK) as lease:
                if lease is not None:
                    return await self._fill(waiting, lease, deadline)
            await asyncio.sleep(ASK_AGAIN_S)
        return 0

    async def note(self) -> None:
        """What is popular here, for later starts. Raises nothing."""
        written = [write_search(search) for search in self._kept.popular()]
        with contextlib.suppress(DependencyUnavailableError, DeadlineExceededError):
            await self._noted.note(written, Deadline.after(CALL_S, self._now_s))

    async def run(self) -> None:
        """Notes it again and again, for ever."""
        while True:
            await asyncio.sleep(self._policy.note_every_s)
            await self.note()

    async def _fill(self, waiting: list[KnownSearch], lease: Lease, deadline: Deadline) -> int:
        counts = await asyncio.gather(*(self._work_off(waiting, lease, deadline) for _ in range(AT_ONCE)))
        if sum(counts):
            log.info("%d popular searches warmed, %d left", sum(counts), len(waiting))
        return sum(counts)

    async def _work_off(self, waiting: list[KnownSearch], lease: Lease, deadline: Deadline) -> int:
        """Takes one after the other from the end of the list; how many had to be asked for."""
        asked = 0
        while waiting and lease.held and deadline.remaining_s() > CALL_S:
            search = waiting.pop()
            kept = await self._kept.peek(search, deadline)
            if kept.freshness is Freshness.FRESH:
                continue
            answer = await self._searcher.answer(search.tenant_id, search.query, kept, deadline)
            if answer.degraded:
                waiting.clear()  # what is not well is not to be asked for more
                break
            asked += 1
        return asked
