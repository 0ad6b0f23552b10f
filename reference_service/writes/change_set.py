"""What one request changes: it becomes durable as a whole, under one job."""

from __future__ import annotations

from dataclasses import dataclass

from reference_service.writes.change import Change
from reference_service.writes.idempotency import Idempotency


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The changes are of distinct documents, sorted by id; `actor` is the key's fingerprint."""

    tenant_id: str
    job_id: str
    actor: str
    request_id: str
    accepted_ms: int
    changes: tuple[Change, ...]
    idempotency: Idempotency | None = None

    @property
    def bytes(self) -> int:
        """About what it takes to keep it."""
        return sum(len(change.document_json or "") for change in self.changes)
