"""What a generator measures of itself, made for tests."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from evidence.record_writer import RecordWriter
from evidence.sample_record import SAMPLES, SampleRecord

QUIET: Mapping[str, float] = {
    "measured_seconds": 1.0,
    "process_cpu_ratio": 0.2,
    "process_cpu_wait_ratio": 0.05,
    "gc_pause_seconds_max": 0.002,
    "gc_pause_seconds_sum": 0.004,
    "gc_pause_late_seconds": 0.0,
    "event_loop_stall_seconds_max": 0.004,
    "event_loop_late_seconds": 0.0,
    "wall_clock_offset_seconds": 0.00001,
}
"""A second of a generator with room to spare."""
_NS_PER_S = 1_000_000_000


def readings(
    start_ns: int, seconds: int, worker: str = "worker-0", at: Mapping[int, Mapping[str, float]] | None = None
) -> list[SampleRecord]:
    """A quiet generator, one reading a second from `start_ns` on; `at` says which seconds were otherwise."""
    return [
        SampleRecord("generator", name, (("worker", worker),), start_ns + (second + 1) * _NS_PER_S, value)
        for second in range(seconds)
        for name, value in {**QUIET, **(at or {}).get(second, {})}.items()
    ]


def write_samples(run_dir: Path, samples: Iterable[SampleRecord], worker: str = "worker-0") -> None:
    """As a worker leaves them."""
    with RecordWriter(run_dir, SAMPLES, f"generator-{worker}") as writer:
        writer.extend(samples)
