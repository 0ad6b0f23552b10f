"""What a client can ask for, as limits, deadlines and permissions know it."""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """The service's operations."""

    SEARCH = "search"
    GET = "get"
    INDEX = "index"
    DELETE = "delete"
    BULK = "bulk"
    JOB = "job"
    TOKEN = "token"  # noqa: S105 - an operation
    ADMIN = "admin"

    @property
    def permission(self) -> str:
        """The permission that covers it: the analysis, section 3.1."""
        if self is Operation.ADMIN:
            return "admin"
        return "read" if self in READS else "write"


READS = frozenset({Operation.SEARCH, Operation.GET, Operation.JOB, Operation.TOKEN})
