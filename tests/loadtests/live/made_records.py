"""Live records and samples, made for tests."""

from collections.abc import Sequence

from evidence.histogram_code import encode_histogram
from evidence.latency_histogram import LatencyHistogram
from evidence.live_record import LiveMeasure, LiveRecord, LiveStretch
from evidence.sample_record import SampleRecord

MS = 1_000_000
S = 1_000_000_000
START_NS = 1_800_000_000 * S


def counted(
    second: int,
    latencies_ms: Sequence[float],
    *,
    operation: str | None = "search",
    worker: str = "worker-0",
    outcomes: dict[str, int] | None = None,
    stretch: LiveStretch = LiveStretch.SECOND,
) -> LiveRecord:
    """The requests of one second; of dispatch lag where there is no operation."""
    histogram = LatencyHistogram()
    histogram.record([round(one * MS) for one in latencies_ms])
    return LiveRecord(
        worker=worker,
        measure=LiveMeasure.DISPATCH_LAG if operation is None else LiveMeasure.LATENCY,
        operation=operation,
        stretch=stretch,
        from_ns=START_NS + (second * S if stretch is LiveStretch.SECOND else 0),
        to_ns=START_NS + (second + 1) * S,
        answered=len(latencies_ms),
        outcomes=tuple((outcomes or {"ok": len(latencies_ms)}).items()) if operation else (),
        histogram=encode_histogram(histogram.filled()),
        max_ns=histogram.max_ns,
    )


def sampled(
    second: int,
    called_for: int,
    *,
    in_flight: int = 3,
    cpu: float = 0.3,
    wait: float = 0.0,
    worker: str = "worker-0",
) -> list[SampleRecord]:
    """What a worker says of itself at the end of a second; `called_for` since the start."""
    values = {
        "measured_seconds": 1.0,
        "process_cpu_ratio": cpu,
        "process_cpu_wait_ratio": wait,
        "arrivals_called_for_total": called_for,
        "requests_in_flight": in_flight,
    }
    at_ns = START_NS + (second + 1) * S
    return [
        SampleRecord("generator", name, (("worker", worker),), at_ns, float(value))
        for name, value in values.items()
    ]
