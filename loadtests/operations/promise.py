"""What a target promised when it acknowledged a request."""

from dataclasses import dataclass

from evidence.write_record import Durability


@dataclass(frozen=True, slots=True)
class PromisedWrite:
    """One document of it."""

    document_id: str
    version: int
    operation: str
    """index or delete, also in a bulk."""


@dataclass(frozen=True, slots=True)
class Promise:
    """All of it."""

    job_id: str
    durability: Durability
    writes: tuple[PromisedWrite, ...]
