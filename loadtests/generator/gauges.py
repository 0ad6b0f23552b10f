"""What the generator measures of itself, once a second: whether it was the bottleneck."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil

from evidence.local_limit import LocalLimit
from evidence.sample_record import SampleRecord
from loadtests.generator.self_measures.collector_pauses import CollectorPauses
from loadtests.generator.self_measures.cpu_share import CpuMeter, CpuShare
from loadtests.generator.self_measures.lateness import Lateness
from loadtests.generator.self_measures.loop_stalls import LoopStalls
from loadtests.generator.self_measures.wall_clock import WallClock


@dataclass(frozen=True, slots=True)
class GeneratorReading:
    """One stretch."""

    at_ns: int
    """Its end."""
    elapsed_s: float
    cpu: CpuShare
    collector: Lateness
    loop: Lateness
    clock_offset_s: float
    refusals: tuple[tuple[LocalLimit, int], ...]
    """Requests that this machine's limits kept from being sent."""
    resident_bytes: int | None
    """None where it could not be read."""


@dataclass(frozen=True, slots=True)
class LoadReading:
    """How the load stands at the end of the stretch."""

    in_flight: int
    called_for: int
    """Arrivals that the schedule had from its start on, dispatched or not."""
    dispatch_lag_max_s: float
    """Of the stretch."""


class Gauges:
    """Everything that is measured, from open() to close()."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._cpu = CpuMeter(now_ns())
        self._collector = CollectorPauses()
        self._loop = LoopStalls()
        self._wall_clock = WallClock(now_ns)
        self._refusals: Counter[LocalLimit] = Counter()
        self._process = psutil.Process()
        self._last_ns = now_ns()

    def open(self) -> None:
        """Begin to measure."""
        self._collector.open()
        self._loop.open()

    def close(self) -> None:
        """Stop."""
        self._collector.close()
        self._loop.close()

    def refused(self, limit: LocalLimit) -> None:
        """A request was not sent for this reason."""
        self._refusals[limit] += 1

    def take(self) -> GeneratorReading:
        """What was measured since the last time."""
        now_ns = self._now_ns()
        refusals, self._refusals = self._refusals, Counter()
        elapsed_s, self._last_ns = (now_ns - self._last_ns) / 1e9, now_ns
        return GeneratorReading(
            at_ns=now_ns,
            elapsed_s=elapsed_s,
            cpu=self._cpu.take(now_ns),
            collector=self._collector.take(),
            loop=self._loop.take(),
            clock_offset_s=self._wall_clock.offset_s(),
            refusals=tuple(refusals.items()),
            resident_bytes=self._resident_bytes(),
        )

    def _resident_bytes(self) -> int | None:
        """Linux tells it in a file, and a generator without a free descriptor must go on measuring."""
        try:
            return int(self._process.memory_info().rss)
        except OSError:
            return None


def samples_of(worker: str, reading: GeneratorReading, load: LoadReading) -> Iterator[SampleRecord]:
    """The reading as the evidence keeps it; each value is of the stretch that ends at its instant."""
    labels = (("worker", worker),)
    values: dict[str, float | None] = {
        "measured_seconds": reading.elapsed_s,
        "process_cpu_ratio": reading.cpu.used_ratio,
        "process_cpu_wait_ratio": reading.cpu.wait_ratio,
        "process_resident_memory_bytes": (
            None if reading.resident_bytes is None else float(reading.resident_bytes)
        ),
        "arrivals_called_for_total": float(load.called_for),
        "dispatch_lag_seconds_max": load.dispatch_lag_max_s,
        "requests_in_flight": float(load.in_flight),
        "gc_pause_seconds_max": reading.collector.max_s,
        "gc_pause_seconds_sum": reading.collector.sum_s,
        "gc_pause_late_seconds": reading.collector.late_s,
        "event_loop_stall_seconds_max": reading.loop.max_s,
        "event_loop_late_seconds": reading.loop.late_s,
        "wall_clock_offset_seconds": reading.clock_offset_s,
    }
    for name, value in values.items():
        if value is not None:
            yield SampleRecord("generator", name, labels, reading.at_ns, value)
    for limit, count in reading.refusals:
        refused = (*labels, ("limit", limit.value))
        yield SampleRecord("generator", "local_limit_refusals", refused, reading.at_ns, float(count))
