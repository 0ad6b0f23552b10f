"""One request of an access log: what nginx and Envoy have in common."""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.importing.foreign_request import ForeignRequest, Times
from evidence.importing.format import ReadOptions
from evidence.importing.judgement import judge_answer
from evidence.request_record import Outcome

ABSENT = "-"
_NO_REQUEST = "no request line"
"""The operation of what a client sent that was no HTTP request."""


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """What a line tells, by the server's clock."""

    times: Times
    status: int
    silence: Outcome | None
    """What the server says it amounts to that no answer was sent; None where one was."""
    method: str | None
    path: str | None
    host: str | None
    bytes: int
    variables: Mapping[str, str]
    detail: str | None = None

    def as_request(self, options: ReadOptions) -> ForeignRequest:
        """As evidence has it."""
        outcome = self.silence or judge_answer(self.status, content=None, expected=options.expected)
        return ForeignRequest(
            self.times.intended_ns,
            self.times.started_ns,
            self.times.ended_ns,
            self.times.clock,
            self.status,
            outcome,
            name=None if self.path else _NO_REQUEST,
            method=self.method,
            url=self.path,
            origin=self.host,
            tags=self.variables,
            bytes=self.bytes,
            detail=None if outcome is Outcome.OK else self.detail,
        )


def present(variables: Mapping[str, str], *names: str) -> str | None:
    """The first of these variables that has a value."""
    for name in names:
        value = variables.get(name)
        if value is not None and value not in {ABSENT, ""}:
            return value
    return None


def split_request_line(line: str | None) -> tuple[str | None, str | None]:
    """Method and path of `GET /search?q=x HTTP/1.1`; none of what is no request line."""
    parts = (line or "").split(" ")
    whole = len(parts) >= 2 and parts[0].isascii() and parts[0].isalpha()
    return (parts[0], parts[1]) if whole else (None, None)
