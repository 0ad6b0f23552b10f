"""Connections that questions are asked on, and what is seen of the answers."""

import selectors
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType

from chaos.address import Address
from chaos.probes.dialect import Dialect, ReplyKind
from chaos.probes.question import USUAL, Question
from evidence.clock import Clock

_FAREWELL = b""
"""In place of words: no more will be said."""

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
    sent_bytes: int = 0
    """Since the question was begun, with what a fresh connection has to say first."""
    received_bytes: int = 0
    parts: int = 0
    """In how many parts that arrived."""
    reset: bool = False
    """Of a closed one: by a reset, not in order."""


class Line:
    """One connection to one address; at most one question is open on it at a time."""

    def __init__(
        self, address: Address, dialect: Dialect, age: Age, clock: Clock, question: Question = USUAL
    ) -> None:
        self._address, self._dialect, self._age, self._clock = address, dialect, age, clock
        self.question = question
        """What `ask` asks from now on."""
        self._socket: socket.socket | None = None
        self._to_say: list[bytes] = []
        self._outgoing = b""
        self._answer = b""
        self._sent = self._received = self._parts = 0
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
        self._settled, self._asked_ns = None, self._clock.now_ns()
        self._sent = self._received = self._parts = 0
        self._to_say = self._words(connected=self._socket is not None)
        try:
            if self._socket is None:
                self._socket = socket.create_connection(
                    (self._address.host, self._address.port), timeout=CONNECT_TIMEOUT_S
                )
                self._socket.setblocking(False)
            self._say_next()
        except ConnectionRefusedError as error:
            self._settle(Outcome.REFUSED, str(error))
        except TimeoutError as error:
            self._settle(Outcome.UNANSWERED, str(error))
        except OSError as error:
            self._cut(error)

    def seen(self) -> Observation:
        """What has become of the last question by now."""
        return self._settled or self._observation(Outcome.UNANSWERED, "")

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def register(self, selector: selectors.BaseSelector) -> None:
        """Let a selector wait for what comes next, if anything is due."""
        if self.open_question and self._socket is not None:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._outgoing else 0)
            selector.register(self._socket, events, self)

    def go_on(self, events: int) -> None:
        """Say what can be said and take in what has arrived."""
        try:
            if events & selectors.EVENT_WRITE:
                self._send()
            if events & selectors.EVENT_READ:
                self._receive()
        except BlockingIOError:
            return
        except OSError as error:
            self._cut(error)

    def _words(self, *, connected: bool) -> list[bytes]:
        """What is said, one after another's answer."""
        words = [] if connected else [self._dialect.opening]
        if self.question.farewell:
            return [*words, _FAREWELL]
        if self.question.long_bytes:
            long = self._dialect.long_question(self.question.long_bytes)
            return [*words, long] if self._dialect.logs_in else [long]
        return words or [self._dialect.question]

    def _say_next(self) -> None:
        self._answer = b""
        words = self._to_say.pop(0)
        if words == _FAREWELL and self._socket is not None:
            self._socket.shutdown(socket.SHUT_WR)
        else:
            self._outgoing = words
            self._send()

    def _send(self) -> None:
        if self._socket is not None and self._outgoing:
            try:
                count = self._socket.send(self._outgoing)
            except BlockingIOError:
                return
            self._sent += count
            self._outgoing = self._outgoing[count:]

    def _receive(self) -> None:
        if self._socket is None:
            return
        part = self._socket.recv(65536)
        if not part:
            self._settle(Outcome.CLOSED, "closed by the other side")
            return
        self._received += len(part)
        self._parts += 1
        self._answer += part
        reply = self._dialect.read(self._answer)
        if reply.kind is ReplyKind.WRONG:
            self._settle(Outcome.WRONG, reply.text)
        elif reply.kind is ReplyKind.ANSWERED and self._to_say:
            self._say_next()
        elif reply.kind is ReplyKind.ANSWERED:
            self._settle(Outcome.ANSWERED, "")

    def _cut(self, error: OSError) -> None:
        self._settle(Outcome.CLOSED, str(error), reset=isinstance(error, ConnectionResetError))

    def _settle(self, outcome: Outcome, text: str, *, reset: bool = False) -> None:
        self._outgoing = b""
        self._settled = self._observation(outcome, text, reset=reset)

    def _observation(self, outcome: Outcome, text: str, *, reset: bool = False) -> Observation:
        waited_ms = (self._clock.now_ns() - self._asked_ns) / 1e6
        return Observation(
            self._age, outcome, waited_ms, text, self._sent, self._received, self._parts, reset
        )


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
            for key, events in selector.select(left_s):
                waiting: Line = key.data
                waiting.go_on(events)
    return tuple(line.seen() for line in lines)
