"""Connections that questions are asked on, and what is seen of the answers."""

import selectors
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType

from chaos.address import Address
from chaos.probes.dialect import Dialect, ReplyKind
from evidence.clock import Clock

CONNECT_TIMEOUT_S = 1.0
"""On loopback a connection is made or refused at once; only a full queue makes it wait."""


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    WRONG = "wrong"
    UNANSWERED = "unanswered"
    REFUSED = "refused"
    """There was nobody to connect to."""
    CLOSED = "closed"
    """The connection was cut."""


class Age(StrEnum):
    """Since when a connection has been there."""

    FRESH = "fresh"
    POOLED = "pooled"
    """Opened, and used, before the fault."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one connection showed."""

    age: Age
    outcome: Outcome
    after_ms: float
    """From the question to its outcome; for an unanswered one, how long it has been waited for."""
    text: str = ""


class Line:
    """One connection through a proxy; at most one question is open on it at a time."""

    def __init__(self, address: Address, dialect: Dialect, age: Age, clock: Clock) -> None:
        self._address, self._dialect, self._age, self._clock = address, dialect, age, clock
        self._socket: socket.socket | None = None
        self._received = b""
        self._asked_ns = 0
        self._settled: Observation | None = None

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def open_question(self) -> bool:
        """A question waits for its answer."""
        return self._asked_ns > 0 and self._settled is None

    def ask(self) -> None:
        """Ask, connecting first where that has not been done; an open question is not repeated."""
        if self.open_question:
            return
        self._received, self._settled, self._asked_ns = b"", None, self._clock.now_ns()
        try:
            if self._socket is None:
                self._socket = socket.create_connection(
                    (self._address.host, self._address.port), timeout=CONNECT_TIMEOUT_S
                )
                self._socket.sendall(self._dialect.opening)
            else:
                self._socket.sendall(self._dialect.question)
        except ConnectionRefusedError as error:
            self._settle(Outcome.REFUSED, str(error))
        except TimeoutError as error:
            self._settle(Outcome.UNANSWERED, str(error))
        except OSError as error:
            self._settle(Outcome.CLOSED, str(error))

    def seen(self) -> Observation:
        """What has become of the last question by now."""
        return self._settled or Observation(self._age, Outcome.UNANSWERED, self._waited_ms())

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def register(self, selector: selectors.BaseSelector) -> None:
        """Let a selector wait for the answer, if one is due."""
        if self.open_question and self._socket is not None:
            selector.register(self._socket, selectors.EVENT_READ, self)

    def receive(self) -> None:
        """Take in what has arrived."""
        if self._socket is None:
            return
        try:
            part = self._socket.recv(65536)
        except OSError as error:
            self._settle(Outcome.CLOSED, str(error))
            return
        if not part:
            self._settle(Outcome.CLOSED, "closed by the other side")
            return
        self._received += part
        reply = self._dialect.read(self._received)
        if reply.kind is ReplyKind.ANSWERED:
            self._settle(Outcome.ANSWERED, "")
        elif reply.kind is ReplyKind.WRONG:
            self._settle(Outcome.WRONG, reply.text)

    def _settle(self, outcome: Outcome, text: str) -> None:
        self._settled = Observation(self._age, outcome, self._waited_ms(), text)

    def _waited_ms(self) -> float:
        return (self._clock.now_ns() - self._asked_ns) / 1e6


def watch(lines: Sequence[Line], timeout_s: float, clock: Clock) -> tuple[Observation, ...]:
    """Wait until every open question on `lines` has its outcome, at most that long; what each shows then."""
    deadline_ns = clock.now_ns() + int(timeout_s * 1e9)
    while any(line.open_question for line in lines):
        left_s = (deadline_ns - clock.now_ns()) / 1e9
        if left_s <= 0:
            break
        with selectors.DefaultSelector() as selector:
            for line in lines:
                line.register(selector)
            for key, _ in selector.select(left_s):
                waiting: Line = key.data
                waiting.receive()
    return tuple(line.seen() for line in lines)
