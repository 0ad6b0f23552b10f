"""One value of a time series taken during the run."""

from dataclasses import dataclass

import pyarrow as pa

from evidence.record_kind import RecordKind


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """A value of the series (source, name, labels) at one instant."""

    source: str
    """Who was measured: generator, service, elasticsearch…"""
    name: str
    """Carries its unit, as in Prometheus: process_cpu_ratio, gc_pause_seconds."""
    labels: tuple[tuple[str, str], ...]
    at_ns: int
    value: float


SAMPLES = RecordKind(
    "samples",
    SampleRecord,
    pa.schema(
        [
            pa.field("source", pa.string(), nullable=False),
            pa.field("name", pa.string(), nullable=False),
            pa.field("labels", pa.map_(pa.string(), pa.string()), nullable=False),
            pa.field("at_ns", pa.int64(), nullable=False),
            pa.field("value", pa.float64(), nullable=False),
        ]
    ),
)
