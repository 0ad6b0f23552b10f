"""Carries accepted changes from the outbox into Elasticsearch, in the background, for ever."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from reference_service.ports.elasticsearch import Elasticsearch
from reference_service.ports.outbox import Batch, Delivery, Outbox, OutboxRow
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.change import ChangeKind

log = logging.getLogger(__name__)
PRUNE_EVERY_S = 60.0
PAUSE_AFTER_FAILURE_S = 0.5

type CountIndexed = Callable[[str, ChangeKind, int], None]


@dataclass(frozen=True, slots=True)
class RelayPolicy:
    """What a batch holds; seconds between looks for others' changes, for a bulk request, for indexed rows."""

    batch: Batch
    poll_s: float
    limit_s: float
    keep_s: float


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
        count_indexed: CountIndexed,
        on_changed: Callable[[AbstractSet[str]], None],
    ) -> None:
        self._outbox = outbox
        self._elasticsearch = elasticsearch
        self._policy = policy
        self._now_s = now_s
        self._count_indexed = count_indexed
        self._on_changed = on_changed
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
                    pruned_s = self._now_s()
                    await self._outbox.prune(self._policy.keep_s)
            except (DependencyUnavailableError, DeadlineExceededError) as error:
                log.warning("relay waits: %s", error)
                await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
                continue
            except Exception:
                # Whatever it is, accepted changes must not stay behind for it.
                log.exception("relay failed")
                await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
                continue
            if not more:
                await self._rest()

    async def drain_once(self) -> bool:
        """One batch; whether there may be more. Raises DependencyUnavailableError."""
        return await self._outbox.drain(self._policy.batch, self._deliver)

    async def _deliver(self, rows: Sequence[OutboxRow]) -> Delivery:
        superseded = [row.sequence for row in rows if row.superseded]
        wanted = [row for row in rows if not row.superseded]
        if not wanted:
            return Delivery(superseded, ())
        outcomes = await self._elasticsearch.apply(wanted, Deadline.after(self._policy.limit_s, self._now_s))
        done = {o.sequence for o in outcomes if o.done}
        dead = [(o.sequence, o.error) for o in outcomes if not o.done and not o.retry]
        for sequence, error in dead:
            log.error("change %d will never be accepted by Elasticsearch: %s", sequence, error)
        counts = Counter((row.tenant_id, row.kind) for row in wanted if row.sequence in done)
        for (tenant_id, kind), number in counts.items():
            self._count_indexed(tenant_id, kind, number)
        self._on_changed({tenant_id for tenant_id, _ in counts})
        if not done and not dead:
            raise DependencyUnavailableError(
                "elasticsearch", f"refused all of {len(wanted)} changes: {outcomes[0].error}"
            )
        return Delivery([*superseded, *done], dead)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._policy.poll_s):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()
