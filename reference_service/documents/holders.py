"""Asks at once everybody who may hold a document."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from reference_service.caching.single_flight import SingleFlight
from reference_service.documents.holdings import Accepted, Holdings, Unsaid, Version
from reference_service.documents.known_documents import KnownDocuments
from reference_service.ports.elasticsearch import CEILING_S, Elasticsearch
from reference_service.ports.postgres import Postgres
from reference_service.resilience import Deadline, DeadlineExceededError, DependencyUnavailableError
from reference_service.writes.journal.neighbours import Neighbours


@dataclass(frozen=True, slots=True)
class HolderPorts:
    """Where documents are, and which are none."""

    elasticsearch: Elasticsearch
    postgres: Postgres
    journals: Neighbours
    known: KnownDocuments


@dataclass(frozen=True, slots=True)
class Reserves:
    """Seconds of the deadline that are kept for asking the outbox, and for making the answer.

    `live_s` are kept for Elasticsearch when it is to wait for what the outbox says.
    """

    live_s: float
    outbox_s: float
    answer_s: float


class Holders:
    """A change goes from a journal to the outbox and from there to Elasticsearch, and is asked for that way.

    The outbox keeps its rows for hours after they are indexed: with what it says, an answer of Elasticsearch
    may be as old as it likes. So many who ask for a document share one call to Elasticsearch, whenever that
    began, and each asks the outbox itself, which tells it of all that was acknowledged before it asked.
    """

    def __init__(self, ports: HolderPorts, reserves: Reserves) -> None:
        self._elasticsearch = ports.elasticsearch
        self._postgres = ports.postgres
        self._journals = ports.journals
        self._known = ports.known
        self._reserves = reserves
        self._flights: SingleFlight[Version | None] = SingleFlight("elasticsearch")

    async def ask(self, tenant_id: str, document_id: str, deadline: Deadline) -> Holdings:
        """Everybody's word. Raises nothing that a dependency does.

        Elasticsearch is not asked for what was no document when the filter was made, if the outbox says in
        time that it has not become one since. What seems lost may have been deleted while it was asked for:
        then PostgreSQL says so when it is asked again.
        """
        async with asyncio.TaskGroup() as group:
            accepting = group.create_task(self._accepted(tenant_id, document_id, deadline))
            if is_strange := self._known.is_strange(tenant_id, document_id):
                await asyncio.wait({accepting}, timeout=self._head_start_s(deadline))
                if accepting.done() and accepting.result().denies:
                    return Holdings(accepting.result())
            indexed = await self._indexed(tenant_id, document_id, deadline)
        held = Holdings(accepting.result(), indexed)
        if held.is_lost:
            held = replace(held, accepted=await self._accepted(tenant_id, document_id, deadline))
        if is_strange and held.accepted.newest is not None:
            self._known.learn(tenant_id, document_id)
        return held

    def _head_start_s(self, deadline: Deadline) -> float:
        """How long Elasticsearch may wait for the outbox and still have its time."""
        reserves = self._reserves
        return max(0.0, deadline.remaining_s() - reserves.live_s - reserves.outbox_s - reserves.answer_s)

    async def _accepted(self, tenant_id: str, document_id: str, deadline: Deadline) -> Accepted:
        journaled, unread = await self._in_journals(tenant_id, document_id, deadline)
        try:
            known = await self._postgres.newest_known(
                tenant_id, document_id, deadline, self._reserves.answer_s
            )
        except (DependencyUnavailableError, DeadlineExceededError) as error:
            return Accepted(journaled, error, unread)
        newest = (
            Version.of_stored(document_id, known.newest.version, known.newest.document_json)
            if known.newest is not None
            else None
        )
        return Accepted(journaled, newest, unread, known.recorded)

    async def _in_journals(
        self, tenant_id: str, document_id: str, deadline: Deadline
    ) -> tuple[Version | None, Unsaid | None]:
        """A disk that hangs has the time of the outbox, which is asked later: for what leaves a journal."""
        try:
            limit_s = deadline.share_s(CEILING_S, self._reserves.answer_s)
        except DeadlineExceededError as error:
            return None, error
        waiting = await self._journals.newest(tenant_id, document_id, limit_s)
        if (newest := waiting.newest) is None:
            return None, waiting.unsaid
        return Version.of_stored(document_id, newest.version, newest.document_json), waiting.unsaid

    async def _indexed(self, tenant_id: str, document_id: str, deadline: Deadline) -> Version | Unsaid | None:
        reserve_s = self._reserves.outbox_s + self._reserves.answer_s

        async def load() -> Version | None:
            found = await self._elasticsearch.get(tenant_id, document_id, deadline, reserve_s)
            return found and Version(found[0], found[1].body(document_id, found[0]))

        try:
            within_s = deadline.share_s(CEILING_S, reserve_s)
            return await self._flights.run(f"{tenant_id} {document_id}", load, within_s)
        except (DependencyUnavailableError, DeadlineExceededError) as error:
            return error
