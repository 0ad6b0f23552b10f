"""Holding a lock that workers share, for as long as the work takes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from reference_service.locks.lease import Lease
from reference_service.ports.redis_locks import RedisLocks
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError

log = logging.getLogger(__name__)
CALL_BUDGET_S = 0.5
RENEWALS_PER_TTL = 3


class Locks:
    """Locks of `ttl_s` (the analysis, section 1.1: 30 s), renewed in the background while they are held."""

    def __init__(self, redis: RedisLocks, ttl_s: float, now_s: Callable[[], float]) -> None:
        self._redis = redis
        self._ttl_s = ttl_s
        self._now_s = now_s

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[Lease | None]:
        """The lock for the body, None when somebody else has it or Redis cannot be asked: then do without.

        The body is not interrupted when the lock is lost; it asks its lease, or passes the token on.
        """
        owner = secrets.token_hex(16)
        lease = await self._acquire(name, owner)
        if lease is None:
            yield None
            return
        renewing = asyncio.create_task(self._keep(lease, owner))
        try:
            yield lease
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await self._release(name, owner)

    async def _acquire(self, name: str, owner: str) -> Lease | None:
        asked_s = self._now_s()
        try:
            token = await self._redis.acquire(name, owner, self._ttl_ms, self._deadline())
        except (DependencyUnavailableError, DeadlineExceededError) as error:
            log.info("lock %s not taken: %s", name, error)
            # It may have been taken and the answer lost.
            await self._release(name, owner)
            return None
        if token is None:
            return None
        # Counted from before the question: the server's time began after it.
        return Lease(name, token, asked_s + self._ttl_s, self._now_s)

    async def _keep(self, lease: Lease, owner: str) -> None:
        while lease.held:
            await asyncio.sleep(self._ttl_s / RENEWALS_PER_TTL)
            asked_s = self._now_s()
            try:
                still = await self._redis.renew(lease.name, owner, self._ttl_ms, self._deadline())
            except (DependencyUnavailableError, DeadlineExceededError) as error:
                log.info("lock %s not renewed: %s", lease.name, error)
                continue
            if not still:
                log.warning("lock %s was lost", lease.name)
                lease.held_until_s = asked_s
                return
            lease.held_until_s = asked_s + self._ttl_s

    async def _release(self, name: str, owner: str) -> None:
        # One that cannot be given up runs out by itself.
        with contextlib.suppress(DependencyUnavailableError, DeadlineExceededError):
            await self._redis.release(name, owner, self._deadline())

    @property
    def _ttl_ms(self) -> int:
        return round(self._ttl_s * 1000)

    def _deadline(self) -> Deadline:
        return Deadline.after(CALL_BUDGET_S, self._now_s)
