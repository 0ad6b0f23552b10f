"""How far an accepted write has come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import orjson

from reference_service.errors import JobNotFoundError

ID_PATTERN = re.compile(r"job-[0-9a-f]{32}")


class JobState(StrEnum):
    """Accepted: durable. Indexed: Elasticsearch has all of it. Failed: it will never have some of it."""

    ACCEPTED = "accepted"
    INDEXED = "indexed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """Counts are of documents; `accepted_ms` is the time of day of the acceptance."""

    job_id: str
    accepted_ms: int
    documents: int
    indexed: int
    failed: int
    durability: str

    @property
    def state(self) -> JobState:
        """Where it is."""
        if self.indexed + self.failed < self.documents:
            return JobState.ACCEPTED
        return JobState.FAILED if self.failed else JobState.INDEXED

    @property
    def is_over(self) -> bool:
        """Whether it will stay as it is. A failed one may be tried again by an admin."""
        return self.state is JobState.INDEXED

    def body(self) -> bytes:
        """What a client gets."""
        return orjson.dumps(
            {
                "id": self.job_id,
                "state": self.state.value,
                "accepted_ms": self.accepted_ms,
                "documents": self.documents,
                "indexed": self.indexed,
                "failed": self.failed,
                "durability": self.durability,
            }
        )


def check_job_id(value: str) -> str:
    """The value, if it can be a job's id. Raises JobNotFoundError: no other can ever have been given."""
    if not ID_PATTERN.fullmatch(value):
        raise JobNotFoundError(value[:64])
    return value
