"""What is held of one document, by whom: pure, so that reading it is one decision."""

from __future__ import annotations

from dataclasses import dataclass

from reference_service.documents.document import parse_stored
from reference_service.resilience import DeadlineExceededError, DependencyUnavailableError

type Unsaid = DependencyUnavailableError | DeadlineExceededError


@dataclass(frozen=True, slots=True)
class Version:
    """A document's content at a version, as clients get it; None: deleted."""

    number: int
    body: bytes | None

    @classmethod
    def of_stored(cls, document_id: str, number: int, stored_json: str | None) -> Version:
        """From the JSON of a change; None: it deletes."""
        if stored_json is None:
            return cls(number, None)
        return cls(number, parse_stored(stored_json).body(document_id, number))


@dataclass(frozen=True, slots=True)
class Accepted:
    """The newest change that waits in a journal of this machine, and the newest that PostgreSQL knows of.

    None: there is none. PostgreSQL may not have said, nor may all the journals. `recorded` is the version
    that the document has by PostgreSQL, which may not have its content any more; None: it is none.
    """

    journaled: Version | None
    in_outbox: Version | Unsaid | None
    unread_journal: Unsaid | None = None
    recorded: int | None = None

    @property
    def newest(self) -> Version | None:
        """The newest that is known of."""
        return _newest(self.journaled, self.in_outbox)

    @property
    def is_whole(self) -> bool:
        """Whether nothing newer was acknowledged: all have said what they have."""
        return not self.missed

    @property
    def denies(self) -> bool:
        """Whether all say that there is no such document."""
        return self.is_whole and self.newest is None and self.recorded is None

    @property
    def missed(self) -> tuple[str, ...]:
        """Who has not."""
        journals = ("journal",) if self.unread_journal is not None else ()
        return (*journals, "postgres") if isinstance(self.in_outbox, Exception) else journals


@dataclass(frozen=True, slots=True)
class Holdings:
    """The same, and what Elasticsearch has of it, which may not have said either."""

    accepted: Accepted
    indexed: Version | Unsaid | None = None

    @property
    def newest(self) -> Version | None:
        """The newest version that anybody told of."""
        return _newest(self.accepted.newest, self.indexed)

    @property
    def is_whole(self) -> bool:
        """Whether everybody has said what he has."""
        return self.accepted.is_whole and not isinstance(self.indexed, Exception)

    @property
    def is_lost(self) -> bool:
        """Whether nobody has the content that the document has by PostgreSQL, though all were asked.

        Its index was lost, say, or restored from a snapshot that is too old.
        """
        recorded = self.accepted.recorded
        if recorded is None or isinstance(self.indexed, Exception):
            return False
        return self.newest is None or self.newest.number < recorded


def _newest(*said: Version | Unsaid | None) -> Version | None:
    versions = (one for one in said if isinstance(one, Version))
    return max(versions, key=lambda version: version.number, default=None)
