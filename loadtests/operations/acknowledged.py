"""What the target acknowledged to one worker."""

from collections import deque
from dataclasses import dataclass, field

from loadtests.operations.promise import Promise

_REMEMBERED_PER_TENANT = 1000
"""Bounds the memory of a long run; the oldest is forgotten when there are more."""


@dataclass(slots=True)
class Acknowledged:
    """By tenant: documents to delete, jobs to ask for. What a session wrote is its own, and not here."""

    _documents: dict[str, deque[str]] = field(default_factory=dict)
    _jobs: dict[str, deque[str]] = field(default_factory=dict)

    def add(self, tenant: str, promise: Promise) -> None:
        """Remember the job and the documents that it made."""
        _remembered(self._jobs, tenant).append(promise.job_id)
        made = (write.document_id for write in promise.writes if write.operation == "index")
        _remembered(self._documents, tenant).extend(made)

    def take_document(self, tenant: str) -> str | None:
        """The oldest one, only once; None when there is none."""
        documents = self._documents.get(tenant)
        return documents.popleft() if documents else None

    def take_job(self, tenant: str) -> str | None:
        """The newest one, only once; None when there is none."""
        jobs = self._jobs.get(tenant)
        return jobs.pop() if jobs else None


def _remembered(by_tenant: dict[str, deque[str]], tenant: str) -> deque[str]:
    return by_tenant.setdefault(tenant, deque(maxlen=_REMEMBERED_PER_TENANT))
