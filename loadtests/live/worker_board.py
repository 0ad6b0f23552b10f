"""What one worker's live records and samples say."""

from collections import deque
from collections.abc import Iterator

from evidence.latency_histogram import LatencyHistogram
from evidence.live_record import LiveMeasure, LiveRecord, LiveStretch
from evidence.sample_record import SampleRecord
from loadtests.live.state import GeneratorState
from loadtests.live.tally import LEAST_MEASURED_S, Counted, Tally, read_counted

WINDOW_S = 10.0
"""Rates and percentiles are those of the last ten seconds."""
_WINDOW_NS = int(WINDOW_S * 1e9)
_CALLED_FOR, _MEASURED = "arrivals_called_for_total", "measured_seconds"


class WorkerBoard:
    """Holds its last ten seconds, and one tally an operation of all before."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._began_ns: int | None = None
        self._window: deque[Counted] = deque()
        self._lag_window: deque[Counted] = deque()
        self._called_for: deque[tuple[int, float]] = deque()
        self._own: dict[str, float] = {}
        self._is_short = False
        self.whole: dict[str | None, Tally] = {}
        """Since the start of the load, by operation."""

    def add(self, record: LiveRecord) -> None:
        """The next record. Raises ValueError for a histogram that cannot be read."""
        counted = read_counted(record)
        if self._began_ns is None or record.from_ns < self._began_ns:
            self._began_ns = record.from_ns
        if record.measure is LiveMeasure.DISPATCH_LAG:
            if record.stretch is LiveStretch.SECOND:
                self._lag_window.append(counted)
        elif record.stretch is LiveStretch.TOTAL:
            # It tells of all that came before it, of what was never read here too.
            self.whole[record.operation] = Tally()
            self.whole[record.operation].add(counted)
        else:
            self._window.append(counted)
            self.whole.setdefault(record.operation, Tally()).add(counted)
        self._forget(record.to_ns - _WINDOW_NS)

    def measured(self, sample: SampleRecord) -> None:
        """The next sample of the generator itself."""
        if sample.name == _MEASURED:
            self._is_short = sample.value < LEAST_MEASURED_S
        elif sample.name == _CALLED_FOR:
            self._called_for.append((sample.at_ns, sample.value))
        if not (self._is_short and sample.name.endswith("_ratio")):
            self._own[sample.name] = sample.value

    @property
    def elapsed_s(self) -> float:
        """From the start of the load to the last record."""
        ends = [counted.to_ns for counted in (*self._window, *self._lag_window)]
        return (max(ends) - self._began_ns) / 1e9 if ends and self._began_ns is not None else 0.0

    @property
    def span_s(self) -> float:
        """How much of the window there is yet."""
        # Dispatch lag has a record every second, whether or not anything was answered.
        seconds = self._lag_window
        return (seconds[-1].to_ns - seconds[0].from_ns) / 1e9 if seconds else 0.0

    @property
    def offered_per_s(self) -> float | None:
        """Arrivals that the schedule called for in the window."""
        if not self._called_for or self._began_ns is None:
            return None
        at_ns, count = self._called_for[-1]
        since_ns, before = self._called_for[0]
        if at_ns - self._began_ns <= _WINDOW_NS:
            since_ns, before = self._began_ns, 0.0  # from the start on: nothing was called for before
        span_s = (at_ns - since_ns) / 1e9
        return (count - before) / span_s if span_s >= LEAST_MEASURED_S else None

    def counted(self) -> Iterator[Counted]:
        """The window, by operation and second."""
        return iter(self._window)

    def add_lag_to(self, histogram: LatencyHistogram) -> None:
        """Dispatch lag in the window."""
        for counted in self._lag_window:
            histogram.add(counted.latencies)

    def generator(self) -> GeneratorState:
        """The worker itself."""
        return GeneratorState(
            worker=self._worker,
            in_flight=int(self._own.get("requests_in_flight", 0)),
            cpu_ratio=self._own.get("process_cpu_ratio"),
            cpu_wait_ratio=self._own.get("process_cpu_wait_ratio"),
        )

    def _forget(self, until_ns: int) -> None:
        for window in (self._window, self._lag_window):
            while window and window[0].to_ns <= until_ns:
                window.popleft()
        while len(self._called_for) > 1 and self._called_for[1][0] <= until_ns:
            self._called_for.popleft()
