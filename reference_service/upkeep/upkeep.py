"""Retention (the analysis, section 6.5) and the audit log's partitions, by one worker at a time."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from reference_service.locks.lease import Lease, LockLostError
from reference_service.locks.locks import Locks
from reference_service.ports.upkeep_store import SESSIONS_AT_ONCE, UpkeepStore
from reference_service.resilience import DeadlineExceededError, DependencyUnavailableError

log = logging.getLogger(__name__)
LOCK = "upkeep"
# An hour that nobody could work in is not waited for again in full.
RETRIES_PER_INTERVAL = 10


@dataclass(frozen=True, slots=True)
class UpkeepPolicy:
    """How often, and what is kept for how long."""

    every_s: float
    audit_months_ahead: int
    audit_keep: timedelta
    ended_session_keep: timedelta


class Upkeep:
    """All of it can be done twice and at any time: a worker that dies over it leaves it to the next."""

    def __init__(
        self,
        locks: Locks,
        store: UpkeepStore,
        policy: UpkeepPolicy,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._locks = locks
        self._store = store
        self._policy = policy
        self._draw = draw

    async def run(self) -> None:
        """Again and again, for ever. Soon for the first time: a service may never live for an hour."""
        wait_s = self._policy.every_s / RETRIES_PER_INTERVAL
        while True:
            # Spread out: workers that started together need not ask together.
            await asyncio.sleep(wait_s * (0.5 + self._draw()))
            done = await self.once()
            wait_s = self._policy.every_s if done else self._policy.every_s / RETRIES_PER_INTERVAL

    async def once(self) -> bool:
        """Whether it was done, here and now. Raises nothing."""
        try:
            async with self._locks.hold(LOCK) as lease:
                return lease is not None and await self._work(lease)
        except (DependencyUnavailableError, DeadlineExceededError, LockLostError) as error:
            log.info("upkeep is put off: %s", error)
        except Exception:
            # What keeps one worker's upkeep from working must not end it for good.
            log.exception("upkeep failed")
        return False

    async def _work(self, lease: Lease) -> bool:
        dropped = await self._store.keep_audit(
            lease, self._policy.audit_months_ahead, self._policy.audit_keep
        )
        if dropped:
            log.info("months of the audit log that were dropped: %s", ", ".join(dropped))
        ended = SESSIONS_AT_ONCE
        while ended == SESSIONS_AT_ONCE:
            ended = await self._store.end_sessions(lease, self._policy.ended_session_keep)
        return dropped is not None
