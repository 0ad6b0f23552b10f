"""What is sent and what comes back, whoever carries it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request; the target's address is known to who sends it."""

    method: str
    path: str
    """With its query, percent-encoded."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class TransportFailure(StrEnum):
    """Why there is no answer."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    """Refused, reset, closed, not HTTP."""
    NOT_SENT = "not sent"
    """The generator's own machine refused to make a connection."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One answer, or why there was none."""

    status: int
    """0 when there was none."""
    headers: Mapping[str, str]
    """Names in lower case. Of one that comes several times the lines with commas between them (RFC 9110,
    section 5.3); of Set-Cookie, in which commas stand for themselves, with line ends (RFC 6265, section 3).
    """
    body: bytes
    failure: TransportFailure | None = None
    failure_text: str | None = None
    """What the operating system or the parser said."""


def no_answer(failure: TransportFailure, text: str) -> HttpAnswer:
    """The answer that never came."""
    return HttpAnswer(0, {}, b"", failure, text)
