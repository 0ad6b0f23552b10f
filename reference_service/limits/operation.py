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

    @property
    def permission(self) -> str:
        """The permission that covers it: the analysis, section 3.1."""
        return "read" if self in (Operation.SEARCH, Operation.GET) else "write"
