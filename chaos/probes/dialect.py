"""What a probe says and understands: pure functions of bytes, one file a protocol."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class ReplyKind(StrEnum):
    """How far an answer has come."""

    PARTIAL = "partial"
    ANSWERED = "answered"
    WRONG = "wrong"
    """An answer, but not one that a sound dependency gives."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bytes received so far mean."""

    kind: ReplyKind
    text: str = ""
    """What a wrong answer says."""


PARTIAL = Reply(ReplyKind.PARTIAL)
ANSWERED = Reply(ReplyKind.ANSWERED)


def wrong(text: str) -> Reply:
    """An answer that says `text`."""
    return Reply(ReplyKind.WRONG, text[:200])


@dataclass(frozen=True, slots=True)
class Dialect:
    """The little of a protocol that a probe needs."""

    name: str
    opening: bytes
    """What a fresh connection says first; its answer proves that the dependency is there."""
    question: bytes
    """What is asked on a connection that was opened before."""
    read: Callable[[bytes], Reply]
    """What the answer to any of them means, given all bytes of it so far."""
    long_question: Callable[[int], bytes]
    """A question of about that many bytes, with an answer as long where the protocol has such a question."""

    @property
    def logs_in(self) -> bool:
        """A fresh connection cannot be asked before its opening is answered."""
        return self.opening != self.question
