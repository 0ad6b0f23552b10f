"""Evidence in memory, as the files of a run would open: for properties that need very many runs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from evidence.record_batch import RecordPacker
from evidence.record_reader import RecordFiles
from evidence.request_record import REQUESTS, RequestRecord
from evidence.run_folder import RunFolder
from evidence.sample_record import SAMPLES
from evidence.timeline import TimelineEvent, fault_windows, phase_windows
from slo.evidence_view import Evidence, relate
from tests.slo.runs import run_record


@contextmanager
def evidence_of(
    connection: duckdb.DuckDBPyConnection, records: Sequence[RequestRecord], events: Sequence[TimelineEvent]
) -> Iterator[Evidence]:
    """What `open_evidence` would give for a run folder with this in it; afterwards `connection` is empty."""
    ordered = tuple(sorted(events, key=lambda event: event.at_ns))
    connection.begin()
    try:
        connection.from_arrow(SAMPLES.schema.empty_table()).create("sampled")
        packed = RecordPacker(REQUESTS).pack(list(records))
        connection.from_arrow(pa.Table.from_batches([packed], REQUESTS.schema)).create("recorded")
        evidence = Evidence(
            RunFolder(Path("in memory")),
            run_record(records),
            phase_windows(ordered),
            fault_windows(ordered),
            RecordFiles((), (), ()),
            connection,
        )
        relate(evidence)
        yield evidence
    finally:
        connection.rollback()
