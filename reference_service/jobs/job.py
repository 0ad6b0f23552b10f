"""How far an accepted write has come."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import orjson

from reference_service.errors import JobNotFoundError
from reference_service.writes.receipt import Durability, Outcome, Receipt

ID_PATTERN = re.compile(r"job-[0-9a-f]{32}")


class JobState(StrEnum):
    """Accepted: durable. Indexed: Elasticsearch has all of it. Failed: it will never have some of it."""

    ACCEPTED = "accepted"
    INDEXED = "indexed"
    FAILED = "failed"


class DocumentState(StrEnum):
    """The same of one document. Absent: it was to be deleted and was not there."""

    ACCEPTED = "accepted"
    INDEXED = "indexed"
    ABSENT = "absent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobDocument:
    """One document of the write; an absent one was given no version."""

    document_id: str
    version: int | None
    state: DocumentState


@dataclass(frozen=True, slots=True)
class Job:
    """Times of day in milliseconds since 1970: of the acceptance, and of the last step so far, if any."""

    job_id: str
    accepted_ms: int
    latest_ms: int | None
    durability: Durability
    documents: tuple[JobDocument, ...]

    @classmethod
    def of_receipt(cls, receipt: Receipt, accepted_ms: int) -> Job:
        """The job as it begins."""
        documents = (
            JobDocument(item.document_id, item.version, DocumentState.ACCEPTED)
            if item.outcome is Outcome.ACCEPTED
            else JobDocument(item.document_id, None, DocumentState.ABSENT)
            for item in receipt.items
        )
        return cls(receipt.job_id, accepted_ms, accepted_ms, receipt.durability, tuple(documents))

    @property
    def settled(self) -> int:
        """How many documents will stay as they are. It only grows, but when failed ones are tried again."""
        return sum(document.state is not DocumentState.ACCEPTED for document in self.documents)

    @property
    def state(self) -> JobState:
        """Where it is."""
        states = {document.state for document in self.documents}
        if DocumentState.ACCEPTED in states:
            return JobState.ACCEPTED
        return JobState.FAILED if DocumentState.FAILED in states else JobState.INDEXED

    def body(self) -> bytes:
        """What a client gets."""
        counts = Counter(document.state for document in self.documents)
        return orjson.dumps(
            {
                "id": self.job_id,
                "state": self.state.value,
                "accepted_ms": self.accepted_ms,
                "finished_ms": None if self.state is JobState.ACCEPTED else self.latest_ms,
                "durability": self.durability.value,
                "documents": len(self.documents),
                **{state.value: counts[state] for state in DocumentState},
                "items": [
                    {"id": document.document_id, "version": document.version, "state": document.state.value}
                    for document in self.documents
                ],
            }
        )


def is_over(body: bytes) -> bool:
    """Whether the job of this body will stay as it is. A failed one may be tried again by an admin."""
    state: str = orjson.loads(body)["state"]
    return state == JobState.INDEXED.value


def check_job_id(value: str) -> str:
    """The value, if it can be a job's id. Raises JobNotFoundError: no other can ever have been given."""
    if not ID_PATTERN.fullmatch(value):
        raise JobNotFoundError(value[:64])
    return value
