"""Tells readers of the cache which kept answers are older than what has changed since."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from reference_service.caching.arrears import Arrears
from reference_service.caching.entry import CLOCKS_DIFFER_MS
from reference_service.ports.redis_cache import RedisCache
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError

log = logging.getLogger(__name__)
TICK_S = 0.25
CALL_BUDGET_S = 0.5
EVERYTHING = "changed"


def changed_key(tenant_id: str) -> str:
    """Holds the time until which the tenant's answers are older than its index."""
    return f"changed:{tenant_id}"


class Invalidation:
    """Marks in the cache itself, read together with each answer: one begun before its mark is stale.

    A change can be searched for `visible_ms` after it was indexed; until then answers may lack it. A tenant
    that writes all the time is marked once in `every_ms`: its answers are at most that much older, and the
    cache still serves. Each change is marked a second time, `every_ms` after the first: an Elasticsearch with
    much to do shows it later than it should, and answers from between would lack it for their whole life.
    When a document could not be put into the cache, no kept document is fresh until the cache is back and all
    answers are marked. A worker that is killed forgets the marks of searches that it has not set yet: then
    lifetimes are the bound.
    """

    def __init__(
        self,
        cache: RedisCache,
        arrears: Arrears,
        visible_ms: int,
        every_ms: int,
        keep_s: float,
        now_ms: Callable[[], int],
    ) -> None:
        self._cache = cache
        self._arrears = arrears
        self._visible_ms = visible_ms
        self._every_ms = every_ms
        self._keep_s = keep_s
        self._now_ms = now_ms
        self._marked_ms: dict[str, int] = {}
        self._due_ms: dict[str, int] = {}
        self._again: set[str] = set()  # of those due: which were marked since their last change
        self._wake = asyncio.Event()

    def changed(self, tenant_ids: Iterable[str]) -> None:
        """Documents of these tenants have just been indexed or deleted."""
        now_ms = self._now_ms()
        for tenant_id in tenant_ids:
            key = changed_key(tenant_id)
            self._again.discard(key)
            if key not in self._due_ms:
                self._due_ms[key] = max(now_ms, self._marked_ms.get(key, 0) + self._every_ms)
        self._wake.set()

    @property
    def overdue(self) -> int:
        """Marks that are due and not set yet."""
        now_ms = self._now_ms()
        return sum(self._is_due(due_ms, now_ms) for due_ms in self._due_ms.values())

    def missed(self) -> None:
        """The cache did not take a document: what it holds may be old."""
        self._arrears.owe()
        self._mark_everything()

    def is_behind(self) -> bool:
        """Whether kept documents may be old; whoever asks sees to it that they are marked."""
        if not self._arrears.owed():
            return False
        self._mark_everything()
        return True

    async def run(self, now_s: Callable[[], float]) -> None:
        """Sets marks when they are due, for ever."""
        while True:
            await self._wake.wait()
            await self.mark_due(Deadline.after(CALL_BUDGET_S, now_s))
            if not self._due_ms:
                self._wake.clear()
            await asyncio.sleep(TICK_S)

    async def mark_due(self, deadline: Deadline) -> None:
        """Sets the marks that are due; those that the cache does not take stay due.

        A mark says what was missed until it is set, if that takes no longer than it reaches into the future:
        after that it may be about something newer, and stays due.
        """
        now_ms = self._now_ms()
        for key in [key for key, due_ms in self._due_ms.items() if self._is_due(due_ms, now_ms)]:
            owed = self._arrears.owed() if key == EVERYTHING else ()
            try:
                mark_ms = now_ms + self._visible_ms
                await self._cache.mark(key, mark_ms, mark_ms + CLOCKS_DIFFER_MS, self._keep_s, deadline)
            except (DependencyUnavailableError, DeadlineExceededError) as error:
                log.debug("%s not marked yet: %s", key, error)
                return
            if self._now_ms() >= mark_ms:
                log.debug("%s was set too late: it is set again", key)
                return
            self._arrears.settle(owed)
            self._marked_ms[key] = now_ms
            self._plan_next(key, now_ms)
        horizon_ms = now_ms - self._every_ms
        self._marked_ms = {key: at for key, at in self._marked_ms.items() if at > horizon_ms}

    def _plan_next(self, key: str, now_ms: int) -> None:
        if key == EVERYTHING or key in self._again:
            self._again.discard(key)
            del self._due_ms[key]
        else:
            self._again.add(key)
            self._due_ms[key] = now_ms + self._every_ms

    def _is_due(self, due_ms: int, now_ms: int) -> bool:
        """One further away than marks are apart was put off by a clock that has been set back since."""
        return not now_ms < due_ms <= now_ms + self._every_ms

    def _mark_everything(self) -> None:
        self._due_ms.setdefault(EVERYTHING, self._now_ms())
        self._wake.set()
