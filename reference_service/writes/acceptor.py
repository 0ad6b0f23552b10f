"""Accepts changes: gives each its version, makes it durable, and only then says so."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from reference_service.caching.answer_cache import AnswerCache
from reference_service.documents.document import Document
from reference_service.errors import DocumentNotFoundError
from reference_service.identity.identity import Identity
from reference_service.ports.postgres import Absent, Committed, Postgres, Superseded
from reference_service.resilience import Deadline, DependencyUnavailableError
from reference_service.writes.change import Change, ChangeKind
from reference_service.writes.hybrid_clock import HybridClock

ATTEMPTS = 4


class Durability(StrEnum):
    """Where an accepted change is safe: in PostgreSQL, or on this worker's disk until PostgreSQL is back."""

    REPLICATED = "replicated"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The receipt of a change."""

    document_id: str
    version: int
    job_id: str
    durability: Durability


class Acceptor:
    """The one way in for changes.

    PostgreSQL is where a change becomes durable; the local journal that takes its place while PostgreSQL is
    away belongs where `_make_durable` lets DependencyUnavailableError pass.
    """

    def __init__(
        self,
        postgres: Postgres,
        clock: HybridClock,
        document_cache: AnswerCache,
        reserve_s: float,
        wake_relay: Callable[[], None],
    ) -> None:
        self._postgres = postgres
        self._clock = clock
        self._document_cache = document_cache
        self._reserve_s = reserve_s
        self._wake_relay = wake_relay

    async def index(
        self,
        identity: Identity,
        document_id: str | None,
        document: Document,
        request_id: str,
        deadline: Deadline,
    ) -> Accepted:
        """Accepts a new or changed document. Raises DependencyUnavailableError."""
        change = Change(
            tenant_id=identity.tenant_id,
            document_id=document_id or secrets.token_hex(16),
            version=self._clock.next_version(),
            kind=ChangeKind.INDEX,
            document_json=document.stored_json(),
            actor=identity.key_hash.hex()[:16],
            request_id=request_id,
        )
        accepted = await self._make_durable(change, deadline)
        body = document.body(accepted.document_id, accepted.version)
        await self._show(identity.tenant_id, accepted, body, deadline)
        return accepted

    async def delete(
        self, identity: Identity, document_id: str, request_id: str, deadline: Deadline
    ) -> Accepted:
        """Accepts the deletion of a document. Raises DocumentNotFoundError, DependencyUnavailableError."""
        change = Change(
            tenant_id=identity.tenant_id,
            document_id=document_id,
            version=self._clock.next_version(),
            kind=ChangeKind.DELETE,
            document_json=None,
            actor=identity.key_hash.hex()[:16],
            request_id=request_id,
        )
        accepted = await self._make_durable(change, deadline)
        await self._show(identity.tenant_id, accepted, b"", deadline)
        return accepted

    async def _make_durable(self, change: Change, deadline: Deadline) -> Accepted:
        for _ in range(ATTEMPTS):
            outcome = await self._postgres.commit_change(change, deadline, self._reserve_s)
            match outcome:
                case Committed(sequence):
                    self._wake_relay()
                    return Accepted(
                        change.document_id, change.version, f"job-{sequence}", Durability.REPLICATED
                    )
                case Absent():
                    raise DocumentNotFoundError(change.document_id)
                case Superseded(version):
                    # Another worker's clock is ahead: go on above what it gave.
                    self._clock.observe(version)
                    change = replace(change, version=self._clock.next_version())
        raise DependencyUnavailableError(
            "postgres", f"document {change.document_id} is being changed by many at once"
        )

    async def _show(self, tenant_id: str, accepted: Accepted, body: bytes, deadline: Deadline) -> None:
        """Lets every worker's readers see the change at once, though Elasticsearch has yet to get it."""
        await self._document_cache.put_version(
            tenant_id, accepted.document_id, accepted.version, body, deadline
        )
