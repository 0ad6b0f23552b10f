"""Errors that are the client's to correct; the web edge turns each into a problem document."""

from __future__ import annotations

from collections.abc import Sequence

NAMED = 200  # characters of a client's own word for what is wrong; a body may consist of one such word


class InvalidInputError(Exception):
    """A value of the request cannot be used: which, and what is allowed."""

    def __init__(self, field: str, allowed: str) -> None:
        field = field if len(field) <= NAMED else f"{field[:NAMED]}..."
        super().__init__(f"{field}: {allowed}")
        self.field = field
        self.allowed = allowed


class WrongContentTypeError(Exception):
    """The body is of a type that the service does not read."""

    def __init__(self, given: str, allowed: str) -> None:
        super().__init__(f"the Content-Type is {given}; {allowed} is required")


class JobNotFoundError(Exception):
    """The tenant has no such job, or it is over for longer than jobs are remembered."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"there is no job {job_id}")
        self.job_id = job_id


class SubjectNotFoundError(Exception):
    """The tenant has nothing of this kind with this id."""

    def __init__(self, kind: str, subject_id: int) -> None:
        super().__init__(f"there is no {kind} {subject_id}")


class UnknownKeyError(Exception):
    """No valid API key came with the request."""

    def __init__(self) -> None:
        super().__init__("send 'Authorization: Bearer <api key or token>' with a valid one")


class NotPermittedError(Exception):
    """The key is valid and its permissions do not cover the operation."""

    def __init__(self, permissions: Sequence[str]) -> None:
        super().__init__(f"this needs a key with the permission {' or '.join(permissions)}")


class DocumentNotFoundError(Exception):
    """The tenant has no such document; as far as is known, without what those said who were missed."""

    def __init__(self, document_id: str, missed: tuple[str, ...] = ()) -> None:
        super().__init__(f"there is no document {document_id}")
        self.document_id = document_id
        self.missed = missed


class CannotStartError(Exception):
    """What the service needs of its machine is not to be had: which setting names it, and why."""

    def __init__(self, setting: str, value: object, reason: Exception, wanted: str) -> None:
        super().__init__(
            f"{setting}={value}: {type(reason).__name__}: {reason}. {wanted} is required. "
            f"Next: see to it, or name another by {setting}."
        )
