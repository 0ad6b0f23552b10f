"""Sends each arrival at its intended instant, whether or not earlier ones have answered."""

from collections import deque
from collections.abc import Callable, Iterator

from loadtests.arrivals import Arrival
from loadtests.generator.alarm import Alarm

_LONGEST_SLEEP_S = 0.25
"""How soon a stop is noticed between rare arrivals."""


class Dispatcher:
    """Walks through one worker's share of the schedule.

    `launch(sequence, arrival)` must not block. An arrival that was not launched by the time of a stop is
    handed out by `left_until`, so that none is lost.
    """

    def __init__(
        self,
        share: Iterator[Arrival],
        start_ns: int,
        now_ns: Callable[[], int],
        launch: Callable[[int, Arrival], None],
    ) -> None:
        self._numbered = enumerate(share)
        self._start_ns = start_ns
        self._now_ns = now_ns
        self._launch = launch
        self._upcoming: deque[tuple[int, Arrival]] = deque()
        self._stopping = False
        self.completed = False
        """The schedule was walked to its end."""
        self.handed_out = 0
        """Arrivals that were launched or handed out after a stop: sequences 0 to handed_out - 1."""

    def run(self) -> None:
        """Returns at the end of the schedule, or soon after stop()."""
        with Alarm() as alarm:
            self._walk(alarm)

    def _walk(self, alarm: Alarm) -> None:
        while not self._stopping:
            following = self._peek()
            if following is None:
                self.completed = True
                return
            sequence, arrival = following
            wait_s = (self._start_ns + arrival.offset_ns - self._now_ns()) / 1e9
            # Always yield, also when late: answers must be read while arrivals are dispatched.
            alarm.sleep(min(max(wait_s, 0.0), _LONGEST_SLEEP_S))
            if wait_s <= _LONGEST_SLEEP_S and not self._stopping:
                self._take()
                self._launch(sequence, arrival)

    def stop(self) -> None:
        """Launch nothing more."""
        self._stopping = True

    def due_by(self, now_ns: int) -> int:
        """How many arrivals the schedule has up to this instant, dispatched or not."""
        due = self.handed_out + sum(self._is_due(arrival, now_ns) for _, arrival in self._upcoming)
        if due < self.handed_out + len(self._upcoming):
            return due
        for following in self._numbered:
            self._upcoming.append(following)
            if not self._is_due(following[1], now_ns):
                break
            due += 1
        return due

    def left_until(self, until_ns: int) -> Iterator[tuple[int, Arrival]]:
        """After a stop: the arrivals that were due by `until_ns` and not launched."""
        while (following := self._peek()) is not None:
            if not self._is_due(following[1], until_ns):
                return
            self._take()
            yield following

    def _take(self) -> None:
        self._upcoming.popleft()
        self.handed_out += 1

    def _peek(self) -> tuple[int, Arrival] | None:
        if not self._upcoming:
            following = next(self._numbered, None)
            if following is None:
                return None
            self._upcoming.append(following)
        return self._upcoming[0]

    def _is_due(self, arrival: Arrival, by_ns: int) -> bool:
        return self._start_ns + arrival.offset_ns <= by_ns
