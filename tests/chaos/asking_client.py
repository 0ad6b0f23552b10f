"""A client that asks all the time, on ever new connections, and notes which questions felt a fault."""

import threading
from dataclasses import dataclass
from types import TracebackType

from chaos.faults.network.network_fault import NetworkFault
from chaos.faults.network.refused import Refused
from chaos.probes.door import Door
from chaos.probes.line import Age, Line, Outcome, watch
from chaos.probes.question import USUAL
from chaos.timing import Timing

INTERVAL_S = 0.01
"""From question to question: effects are seen as exactly as that."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question, and what became of it."""

    asked_ns: int
    settled_ns: int
    felt: bool
    sound: bool


class AskingClient:
    """Asks in a thread of its own, whatever becomes of the questions before."""

    def __init__(self, door: Door, fault: NetworkFault | Refused) -> None:
        self._door, self._fault = door, fault
        self._clock = Timing.real().clock
        self._question = USUAL if isinstance(fault, Refused) else fault.question
        self._due = Outcome.CLOSED if self._question.farewell else Outcome.ANSWERED
        self._stopping = threading.Event()
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._ask_on)
        self._asked: list[_Asked] = []

    def __enter__(self) -> "AskingClient":
        self._thread.start()
        self._first.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def began_ns(self) -> int:
        """When the first question that felt the fault was asked."""
        return min(one.asked_ns for one in self._asked if one.felt)

    def ended_ns(self) -> int:
        """When, after that, the first question was answered as if there were no fault: what it still held up
        was let go, or a new question passed."""
        began_ns = self.began_ns()
        return min(one.settled_ns for one in self._asked if one.sound and one.asked_ns > began_ns)

    def _ask_on(self) -> None:
        due_ns = self._clock.now_ns()
        waiting: list[tuple[int, Line]] = []
        while waiting or not self._stopping.is_set():
            now_ns = self._clock.now_ns()
            if now_ns >= due_ns and not self._stopping.is_set():
                line = Line(self._door.address, self._door.dialect, Age.FRESH, self._clock, self._question)
                line.ask()
                waiting.append((now_ns, line))
                due_ns = now_ns + int(INTERVAL_S * 1e9)
            watch([line for _, line in waiting], max(0.0, (due_ns - self._clock.now_ns()) / 1e9), self._clock)
            waiting = self._harvest(waiting)

    def _harvest(self, waiting: list[tuple[int, Line]]) -> list[tuple[int, Line]]:
        left = []
        for at_ns, line in waiting:
            seen = line.seen()
            if line.open_question and seen.after_ms < self._fault.watch_s * 1000:
                left.append((at_ns, line))
                continue
            felt = self._fault.not_felt((seen,)) is None
            sound = not felt and seen.outcome is self._due
            self._asked.append(_Asked(at_ns, at_ns + int(seen.after_ms * 1e6), felt, sound))
            self._first.set()
            line.close()
        return left
