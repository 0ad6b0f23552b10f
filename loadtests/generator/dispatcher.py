"""Sends each arrival at its intended instant, whether or not earlier ones have answered."""

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
        self._next: tuple[int, Arrival] | None = None
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

    def left_until(self, until_ns: int) -> Iterator[tuple[int, Arrival]]:
        """After a stop: the arrivals that were due by `until_ns` and not launched."""
        while (following := self._peek()) is not None:
            if self._start_ns + following[1].offset_ns > until_ns:
                return
            self._take()
            yield following

    def _take(self) -> None:
        self._next = None
        self.handed_out += 1

    def _peek(self) -> tuple[int, Arrival] | None:
        if self._next is None:
            self._next = next(self._numbered, None)
        return self._next
