"""What a client remembers of its own session."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A document that the session wrote and that was acknowledged."""

    document_id: str
    version: int
    title: str
    mark: str
    """A word that no other document has."""


@dataclass(slots=True)
class SearchWalk:
    """How far a search has come that goes on over several steps."""

    text: str
    typed: int = 0
    """Letters of it, in a search as you type."""
    offset: int = 0
    cursor: str | None = None
    seen: set[str] = field(default_factory=set)
    """Documents on earlier pages of a view that does not change."""


@dataclass(slots=True)
class SessionMemory:
    """Filled in by the steps of a session, for the steps that follow."""

    written: WrittenDocument | None = None
    deleted: bool = False
    """The deletion of the written document was acknowledged."""
    job_id: str | None = None
    """Of the latest write."""
    indexed_ns: int | None = None
    """When a client was on its way to be told that the latest write is indexed; None before."""
    access_token: str | None = None
    refresh_token: str | None = None
    walk: SearchWalk | None = None

    def wrote(self, job_id: str, document: WrittenDocument) -> None:
        """A write was acknowledged."""
        self.job_id, self.indexed_ns = job_id, None
        self.written, self.deleted = document, False

    def removed(self, job_id: str) -> None:
        """The deletion of the written document was acknowledged."""
        self.job_id, self.indexed_ns = job_id, None
        self.deleted = True
