"""A run that goes on: its worker holds its files open."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS, RequestRecord
from evidence.run_folder import RunFolder
from evidence.sample_record import SAMPLES
from evidence.timeline import TimelineEvent, append_event
from tests.slo.runs import START_NS, run_record
from tests.slo.self_samples import readings


@contextmanager
def being_written(
    tmp_path: Path,
    records: Sequence[RequestRecord],
    events: Sequence[TimelineEvent] = (),
    *,
    scheduled: int = 10_000,
) -> Iterator[RunFolder]:
    """A run whose one worker has recorded so far what `records` say, and goes on."""
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir(parents=True)
    run = run_record(records)
    (worker,) = run.scheduled
    folder.write_run(replace(run, ended_ns=None, scheduled=(replace(worker, arrivals=scheduled),)))
    for event in events:
        append_event(folder.timeline_file, event)
    with (
        RecordWriter(folder.path, REQUESTS, "worker-0") as requests,
        RecordWriter(folder.path, SAMPLES, "generator-worker-0") as samples,
    ):
        requests.extend(records)
        requests.flush()
        samples.extend(readings(START_NS, 3, "worker-0"))
        samples.flush()
        yield folder
