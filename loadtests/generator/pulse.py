"""What is told and kept once a second while the load goes on."""

from collections.abc import Callable

import gevent
from gevent.event import Event

from loadtests.generator.gauges import Gauges, LoadReading, samples_of
from loadtests.generator.live_meter import LiveMeter
from loadtests.generator.recorder import Recorder

_BEAT_NS = 500_000_000
"""A kill loses at most what was recorded since the last beat."""
_BEATS_A_SECOND = 2
_BEATS_A_TOTAL = 120


class Pulse:
    """Beats every half second of the schedule: records are handed to the operating system. Every second the
    generator's reading of itself and the live records are written; every minute, and at the end, live totals.
    """

    def __init__(  # noqa: PLR0913 -- what it reads, and where it writes
        self,
        *,
        worker: str,
        start_ns: int,
        now_ns: Callable[[], int],
        gauges: Gauges,
        meter: LiveMeter,
        recorder: Recorder,
        in_flight: Callable[[], int],
        called_for: Callable[[int], int],
    ) -> None:
        self._worker = worker
        self._start_ns = start_ns
        self._now_ns = now_ns
        self._gauges = gauges
        self._meter = meter
        self._recorder = recorder
        self._in_flight = in_flight
        self._called_for = called_for
        self._stopped = Event()
        self._beating = gevent.Greenlet(self._beat)

    def open(self) -> None:
        """Begin to measure and to beat."""
        self._gauges.open()
        self._beating.start()

    def close(self) -> None:
        """Stop, and tell the rest."""
        self._stopped.set()
        self._beating.join()
        self._gauges.close()
        if self._now_ns() > self._start_ns:
            self._second()
            self._total()

    def _beat(self) -> None:
        self._stopped_before(self._start_ns)
        self._gauges.take()  # what was measured so far is of the preparations
        number = 0
        while True:
            number = max(number, (self._now_ns() - self._start_ns) // _BEAT_NS) + 1
            if self._stopped_before(self._start_ns + number * _BEAT_NS):
                return
            if number % _BEATS_A_SECOND == 0:
                self._second()
            if number % _BEATS_A_TOTAL == 0:
                self._total()
            self._recorder.flush()

    def _second(self) -> None:
        reading = self._gauges.take()
        load = LoadReading(
            in_flight=self._in_flight(),
            called_for=self._called_for(reading.at_ns),
            dispatch_lag_max_s=self._meter.dispatch_lag_max_ns / 1e9,
        )
        for sample in samples_of(self._worker, reading, load):
            self._recorder.sample(sample)
        for record in self._meter.second(reading.at_ns):
            self._recorder.live(record)

    def _total(self) -> None:
        for record in self._meter.total():
            self._recorder.live(record)

    def _stopped_before(self, instant_ns: int) -> bool:
        """Waits for either."""
        stopped: bool = self._stopped.wait(max(0, instant_ns - self._now_ns()) / 1e9)
        return stopped
