"""One request of the matrix."""

from __future__ import annotations

from dataclasses import dataclass

from tests.reference_service.service_process import Tenant

NOTHING, FRESH, STALE = frozenset[str](), frozenset({"fresh"}), frozenset({"stale"})
ACCEPTED, JOURNALED = frozenset({"accepted"}), frozenset({"journaled"})


@dataclass(frozen=True)
class Question:
    """A request, what its sources hold of it, who asks, and the status when one of its sources answers."""

    operation: str
    method: str
    path: str
    body: object = None
    holds: frozenset[str] = NOTHING
    asker: Tenant | None = None
    status: int = 200
