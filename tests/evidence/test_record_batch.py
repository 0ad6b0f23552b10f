"""Batches that travel: what is read is what was packed, and a file made of them is a worker's own."""

from pathlib import Path

import pytest

from evidence.record_batch import RecordPacker, batch_bytes, read_batch
from evidence.record_reader import record_files
from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS
from evidence.sample_record import SAMPLES, SampleRecord
from tests.evidence.test_record_files import request, rows


def test_a_batch_survives_its_journey(tmp_path: Path) -> None:
    sent = [request(number) for number in range(30)]
    packer = RecordPacker(REQUESTS)
    with RecordWriter(tmp_path / "far", REQUESTS, "w0") as far:
        for start in (0, 10, 20):
            far.write_batch(read_batch(batch_bytes(packer.pack(sent[start : start + 10])), REQUESTS))
    with RecordWriter(tmp_path / "near", REQUESTS, "w0") as near:
        near.extend(sent)
    far_files, near_files = (record_files(tmp_path / name, REQUESTS) for name in ("far", "near"))
    assert rows(far_files.parquet[0]) == rows(near_files.parquet[0])
    assert far_files.cut == ()


def test_labels_survive_it_too(tmp_path: Path) -> None:
    sample = SampleRecord("generator", "cpu_ratio", (("worker", "w0"),), 5, 0.25)
    batch = read_batch(batch_bytes(RecordPacker(SAMPLES).pack([sample])), SAMPLES)
    assert batch.to_pylist()[0]["labels"] == [("worker", "w0")]


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", batch_bytes(RecordPacker(REQUESTS).pack([request(1)]))[:-40]]
)
def test_what_is_no_batch_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a batch of requests"):
        read_batch(content, REQUESTS)


def test_an_abandoned_file_is_whole_up_to_there_and_known_as_cut(tmp_path: Path) -> None:
    writer = RecordWriter(tmp_path, REQUESTS, "w0").open()
    writer.write_batch(RecordPacker(REQUESTS).pack([request(number) for number in range(5)]))
    writer.abandon()
    files = record_files(tmp_path, REQUESTS)
    assert files.cut == ("w0",)
    assert [row["sequence"] for row in rows(files.parquet[0])] == list(range(5))
