"""What a client can ask for, as limits, deadlines and permissions know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    def permissions(self) -> Sequence[str]:
        """Any one of these covers it, and admin covers all."""
        return PERMISSIONS[self]


# The analysis, section 3.1. It names neither jobs, which tell writers of their writes, nor sessions, which
# permit what their key permits: any key will do.
PERMISSIONS: Mapping[Operation, Sequence[str]] = {
    Operation.SEARCH: ("read",),
    Operation.GET: ("read",),
    Operation.INDEX: ("write",),
    Operation.DELETE: ("write",),
    Operation.BULK: ("write",),
    Operation.JOB: ("read", "write"),
    Operation.TOKEN: ("read", "write"),
    Operation.ADMIN: ("admin",),
}
