"""What the generator measures of itself, once a second."""

import time
from collections.abc import Iterator

from evidence.sample_record import SampleRecord


class Gauges:
    """Tells whether the generator itself was the bottleneck."""

    def __init__(self, worker: str, now_ns: int) -> None:
        self._labels = (("worker", worker),)
        self._last_ns = now_ns
        self._last_cpu_ns = time.process_time_ns()
        self._max_lag_ns = 0

    def dispatched(self, lag_ns: int) -> None:
        """An arrival was sent this long after its intended instant."""
        self._max_lag_ns = max(self._max_lag_ns, lag_ns)

    def read(self, now_ns: int, in_flight: int) -> Iterator[SampleRecord]:
        """The values since the last reading."""
        cpu_ns = time.process_time_ns()
        elapsed_ns = max(now_ns - self._last_ns, 1)
        yield self._sample("process_cpu_ratio", now_ns, (cpu_ns - self._last_cpu_ns) / elapsed_ns)
        yield self._sample("dispatch_lag_seconds_max", now_ns, self._max_lag_ns / 1e9)
        yield self._sample("requests_in_flight", now_ns, float(in_flight))
        self._last_ns, self._last_cpu_ns, self._max_lag_ns = now_ns, cpu_ns, 0

    def _sample(self, name: str, at_ns: int, value: float) -> SampleRecord:
        return SampleRecord("generator", name, self._labels, at_ns, value)
