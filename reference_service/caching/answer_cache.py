"""Searches and documents in the cache Redis; a cache that is away is a miss, never an error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from itertools import batched

from reference_service.caching.entry import Entry, decode, encode
from reference_service.caching.invalidation import EVERYTHING, changed_key
from reference_service.observability.spans import SpanName, span
from reference_service.ports.redis_cache import RedisCache
from reference_service.resilience import Deadline, DependencyUnavailableError

STORE_BUDGET_S = 0.5
MAX_STORES = 200
# A thousand would hold up everybody else's requests.
PUTS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long an answer is as good as live, and how long it is better than none."""

    fresh_s: float
    stale_s: float


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether the cache may hold old answers; and what to do when it did not take a new one."""

    is_behind: Callable[[], bool] = lambda: False
    on_missed: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Clocks:
    """Wall time, which workers share, for ages; monotonic time for deadlines."""

    wall_ms: Callable[[], int]
    monotonic_s: Callable[[], float]


class Freshness(Enum):
    """What a look into the cache found."""

    FRESH = auto()
    STALE = auto()
    MISS = auto()


@dataclass(frozen=True, slots=True)
class Lookup:
    """`missed` names the dependency when the cache itself did not answer."""

    freshness: Freshness
    body: bytes = b""
    age_s: float = 0.0
    missed: str | None = None


class AnswerCache:
    """One kind of answer: fresh for `fresh_s`, and kept for `stale_s` for when the live path is broken."""

    def __init__(
        self,
        kind: str,
        redis: RedisCache,
        lifetimes: Lifetimes,
        clocks: Clocks,
        trust: Trust | None = None,
        *,
        watches_tenant: bool = False,
    ) -> None:
        self._kind = kind
        self._redis = redis
        self._fresh_s = lifetimes.fresh_s
        self._stale_s = max(lifetimes.fresh_s, lifetimes.stale_s)
        self._now_ms = clocks.wall_ms
        self._now_s = clocks.monotonic_s
        self._watches_tenant = watches_tenant
        self._trust = trust or Trust()
        self._stores: set[asyncio.Task[None]] = set()

    async def look_up(
        self, tenant_id: str, name: str, deadline: Deadline, fresh_s: float | None = None
    ) -> Lookup:
        """What is kept under this tenant's name, and how old it is. Raises nothing.

        `fresh_s`: another lifetime than the usual one, for this look.
        """
        keys = (self._key(tenant_id, name), *self._marks(tenant_id))
        is_behind = self._trust.is_behind()  # before the look: what is marked after it is not seen in it
        try:
            with span(SpanName.CACHE):
                value, *marks = await self._redis.get(keys, deadline)
        except DependencyUnavailableError as error:
            return Lookup(Freshness.MISS, missed=error.dependency)
        entry = decode(value) if value is not None else None
        now_ms = self._now_ms()
        if entry is None or entry.is_ahead(now_ms):
            return Lookup(Freshness.MISS)
        age_s = entry.age_s(now_ms)
        changed_ms = max((int(mark) for mark in marks if mark is not None), default=0)
        is_fresh = not is_behind and age_s < (fresh_s or self._fresh_s) and entry.stored_ms > changed_ms
        return Lookup(Freshness.FRESH if is_fresh else Freshness.STALE, entry.body, age_s)

    def now_ms(self) -> int:
        """The time of day: what an answer is `as_of` when it is begun."""
        return self._now_ms()

    def store(self, tenant_id: str, name: str, body: bytes, as_of_ms: int | None = None) -> None:
        """Keeps an answer, later: no client waits for it. With too many stores under way it is dropped.

        `as_of_ms` is when the answer was begun: what changed after that may be missing in it.
        """
        value = encode(Entry(0, as_of_ms if as_of_ms is not None else self._now_ms(), body))
        deadline = Deadline.after(STORE_BUDGET_S, self._now_s)
        self._later(self._redis.set(self._key(tenant_id, name), value, self._stale_s, deadline))

    def store_version(
        self, tenant_id: str, name: str, version: int, body: bytes, as_of_ms: int | None = None
    ) -> None:
        """The same, unless a newer version of it is kept already. An empty body says: deleted."""
        value = encode(Entry(version, as_of_ms if as_of_ms is not None else self._now_ms(), body))
        deadline = Deadline.after(STORE_BUDGET_S, self._now_s)
        self._later(self._redis.set_if_newer(self._key(tenant_id, name), value, self._stale_s, deadline))

    async def put_versions(
        self, tenant_id: str, entries: Iterable[tuple[str, int, bytes]], as_of_ms: int, deadline: Deadline
    ) -> None:
        """Keeps names, versions and bodies now, so that the next reader sees them. Raises nothing.

        `as_of_ms` is from before they were given their versions: however late this comes, what was marked
        since makes them old.
        """
        for some in batched(entries, PUTS_AT_ONCE):
            puts = (
                self._redis.set_if_newer(
                    self._key(tenant_id, name),
                    encode(Entry(version, as_of_ms, body)),
                    self._stale_s,
                    deadline,
                )
                for name, version, body in some
            )
            # What is in time for the next reader is a gain. One that fails has been counted by the breaker.
            if any(
                isinstance(kept, BaseException)
                for kept in await asyncio.gather(*puts, return_exceptions=True)
            ):
                self._trust.on_missed()
                return

    async def settle(self) -> None:
        """Waits for the stores under way; each is bounded by itself."""
        await asyncio.gather(*self._stores)

    def _marks(self, tenant_id: str) -> tuple[str, ...]:
        """What tells that kept answers are old: for searches any change of the tenant's documents."""
        return (changed_key(tenant_id), EVERYTHING) if self._watches_tenant else (EVERYTHING,)

    def _key(self, tenant_id: str, name: str) -> str:
        return f"{self._kind}:{tenant_id}:{name}"

    def _later(self, store: Coroutine[object, object, None]) -> None:
        if len(self._stores) >= MAX_STORES:
            store.close()
            return
        task = asyncio.create_task(_quietly(store))
        self._stores.add(task)
        task.add_done_callback(self._stores.discard)


async def _quietly(store: Coroutine[object, object, None]) -> None:
    try:
        await store
    except DependencyUnavailableError:
        return  # the breaker has counted it; the answer is simply not kept
