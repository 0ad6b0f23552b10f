"""Carries accepted changes from the outbox into Elasticsearch, in the background, for ever."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from reference_service.ports.bulk_request import Fate, ItemOutcome
from reference_service.ports.elasticsearch import Elasticsearch
from reference_service.ports.outbox import Delivery, Outbox, PutOff
from reference_service.ports.outbox_batch import Batch, OutboxRow
from reference_service.resilience import (
    Backoff,
    Deadline,
    DeadlineExceededError,
    DependencyUnavailableError,
)
from reference_service.writes.change import ChangeKind
from reference_service.writes.holds import Holds

log = logging.getLogger(__name__)
PRUNE_EVERY_S = 60.0
PAUSE_AFTER_FAILURE_S = 0.5


@dataclass(frozen=True, slots=True)
class RelayPolicy:
    """What a batch holds; seconds between looks for others' changes, for a bulk request, for indexed rows.

    `backoff` is for changes that Elasticsearch does not take for now.
    """

    batch: Batch
    poll_s: float
    limit_s: float
    keep_s: float
    backoff: Backoff


class RelayNews(Protocol):
    """Who is told what became of changes."""

    def indexed(self, tenant_id: str, kind: ChangeKind, number: int) -> None:
        """So many of a tenant's changes are in its index."""

    def changed(self, tenant_ids: AbstractSet[str]) -> None:
        """These tenants' indices are not what they were."""

    def put_off(self, tenant_id: str, number: int) -> None:
        """Elasticsearch takes so many of a tenant's changes later, if at all."""

    def carried_on(self, held_tenants: int) -> None:
        """A batch came to its end; so many tenants are passed over for a while."""

    def failed(self, error: Exception) -> None:
        """A batch did not come to its end, and will be taken again."""


class Relay:
    """At-least-once, in any order: versions make the order right, and superseded changes are not sent at all.

    Elasticsearch forgets the versions of deleted documents after a minute, so the check against the newest
    version (which for a deleted document is its tombstone's) is made against PostgreSQL.
    """

    def __init__(
        self,
        outbox: Outbox,
        elasticsearch: Elasticsearch,
        policy: RelayPolicy,
        now_s: Callable[[], float],
        news: RelayNews,
    ) -> None:
        self._outbox = outbox
        self._elasticsearch = elasticsearch
        self._policy = policy
        self._now_s = now_s
        self._news = news
        self._holds = Holds(policy.backoff, now_s)
        self._wake = asyncio.Event()
        self._finishing = False

    def wake(self) -> None:
        """There is something new: do not wait for the next poll."""
        self._wake.set()

    def finish(self) -> None:
        """Ends `run` after the batch that is under way."""
        self._finishing = True
        self._wake.set()

    async def run(self) -> None:
        """Drains until `finish`; wakes by `wake`, and by polling for what other workers accepted."""
        pruned_s = self._now_s()
        while not self._finishing:
            try:
                more = await self.drain_once()
                if self._now_s() - pruned_s > PRUNE_EVERY_S:
                    due_s, pruned_s = pruned_s, self._now_s()
                    if await self._outbox.prune(self._policy.keep_s):
                        pruned_s = due_s  # it goes on after the next batch: as fast as rows come
            except (DependencyUnavailableError, DeadlineExceededError) as error:
                log.warning("relay waits: %s", error)
                self._news.failed(error)
                await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
                continue
            except Exception as error:
                # Whatever it is, accepted changes must not stay behind for it.
                log.exception("relay failed")
                self._news.failed(error)
                await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
                continue
            if not more:
                await self._rest()

    async def drain_once(self) -> bool:
        """One batch; whether there may be more. Raises DependencyUnavailableError."""
        passed_over = self._holds.passed_over()
        more = await self._outbox.drain(self._policy.batch, passed_over, self._deliver)
        self._news.carried_on(len(self._holds))
        return more

    async def _deliver(self, rows: Sequence[OutboxRow]) -> Delivery:
        superseded = [row.sequence for row in rows if row.superseded]
        wanted = [row for row in rows if not row.superseded]
        if not wanted:
            return Delivery(superseded)
        outcomes = await self._elasticsearch.apply(wanted, Deadline.after(self._policy.limit_s, self._now_s))
        done = [o.row for o in outcomes if o.fate is Fate.DONE]
        dead = [(o.row.sequence, o.error) for o in outcomes if o.fate is Fate.DEAD]
        for sequence, error in dead:
            log.error("change %d will never be accepted by Elasticsearch: %s", sequence, error)
        self._tell_of_done(done)
        put_off = self._put_off(outcomes)
        return Delivery([*superseded, *(row.sequence for row in done)], dead, put_off)

    def _tell_of_done(self, done: Sequence[OutboxRow]) -> None:
        counts = Counter((row.tenant_id, row.kind) for row in done)
        for (tenant_id, kind), number in counts.items():
            self._news.indexed(tenant_id, kind, number)
        self._news.changed({tenant_id for tenant_id, _ in counts})

    def _put_off(self, outcomes: Sequence[ItemOutcome]) -> Sequence[PutOff]:
        put_off = [o for o in outcomes if o.fate is Fate.PUT_OFF]
        some_taken = {o.row.tenant_id for o in outcomes if o.fate is not Fate.PUT_OFF}
        for tenant_id in {o.row.tenant_id for o in outcomes}:
            self._holds.judge(tenant_id, some_taken=tenant_id in some_taken)
        reasons = {o.row.tenant_id: o.error for o in put_off}
        for tenant_id, number in Counter(o.row.tenant_id for o in put_off).items():
            log.warning("%d changes of %s are put off: %s", number, tenant_id, reasons[tenant_id])
            self._news.put_off(tenant_id, number)
        backoff = self._policy.backoff
        return [PutOff(o.row.sequence, backoff.wait_s(o.row.attempts + 1), o.error) for o in put_off]

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._policy.poll_s):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()
