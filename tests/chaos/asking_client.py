"""A client that asks all the time, on ever new connections, and notes which questions felt a fault."""

import threading
from types import TracebackType

from chaos.faults.network_fault import NetworkFault
from chaos.faults.refused import Refused
from chaos.probes.door import Door
from chaos.probes.line import Age, Line, watch
from chaos.probes.question import USUAL
from chaos.timing import Timing

INTERVAL_S = 0.01
"""From question to question: effects are seen as exactly as that."""


class AskingClient:
    """Asks in a thread of its own, whatever becomes of the questions before."""

    def __init__(self, door: Door, fault: NetworkFault | Refused) -> None:
        self._door, self._fault = door, fault
        self._clock = Timing.real().clock
        self._stopping = threading.Event()
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._ask_on)
        self.asked: list[tuple[int, bool]] = []
        """When each question was asked, and whether it felt the fault."""

    def __enter__(self) -> "AskingClient":
        self._thread.start()
        self._first.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def felt_ns(self) -> tuple[int, int]:
        """When the first and the last question that felt the fault were asked."""
        felt = [at_ns for at_ns, by_fault in self.asked if by_fault]
        return min(felt), max(felt)

    def _ask_on(self) -> None:
        question = USUAL if isinstance(self._fault, Refused) else self._fault.question
        due_ns = self._clock.now_ns()
        waiting: list[tuple[int, Line]] = []
        while waiting or not self._stopping.is_set():
            now_ns = self._clock.now_ns()
            if now_ns >= due_ns and not self._stopping.is_set():
                line = Line(self._door.address, self._door.dialect, Age.FRESH, self._clock, question)
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
            self.asked.append((at_ns, self._fault.not_felt((seen,)) is None))
            self._first.set()
            line.close()
        return left
