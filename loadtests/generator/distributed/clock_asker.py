"""Asks the master for the time, some rounds in a row."""

from collections.abc import Callable, Iterator

import gevent
from gevent.event import AsyncResult

from evidence.run_record import ClockReading
from loadtests.generator.distributed.clock_rounds import ClockRound, read_clock
from loadtests.generator.distributed.protocol import Ask, Tell

_ROUNDS = 24
_PAUSE_S = 0.004
"""Between rounds: what delays one must not delay them all."""
_ANSWER_WITHIN_S = 0.5
_MOST_UNANSWERED = 6


class ClockAsker:
    """The worker's side; `hear` is to be called with each answer as soon as it comes."""

    def __init__(self, send: Callable[[Ask], None]) -> None:
        self._send = send
        self._number = 0
        self._now_ns: Callable[[], int] = lambda: 0
        self._answer: AsyncResult[tuple[Tell, int]] = AsyncResult()

    def measure(self, now_ns: Callable[[], int]) -> ClockReading | None:
        """This clock beside the master's; None when the master does not answer."""
        self._now_ns = now_ns
        rounds = list(self._rounds())
        return read_clock(rounds) if rounds else None

    def hear(self, tell: Tell) -> None:
        """An answer: the instant counts at which it comes, not that at which it is looked at."""
        if tell.number == self._number and not self._answer.ready():
            self._answer.set((tell, self._now_ns()))

    def _rounds(self) -> Iterator[ClockRound]:
        unanswered = 0
        for _ in range(_ROUNDS):
            self._number += 1
            self._answer = AsyncResult()
            asked_ns = self._now_ns()
            self._send(Ask(self._number))
            try:
                tell, heard_ns = self._answer.get(timeout=_ANSWER_WITHIN_S)
            except gevent.Timeout:
                unanswered += 1
                if unanswered >= _MOST_UNANSWERED:
                    return
                continue
            yield ClockRound(asked_ns, tell.asked_ns, tell.told_ns, heard_ns)
            gevent.sleep(_PAUSE_S)
