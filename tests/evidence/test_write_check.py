"""What a check found is recorded with the newest write of each document, and nothing else is touched."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from evidence.record_reader import record_files
from evidence.record_writer import RecordWriter
from evidence.write_check import record_check
from evidence.write_record import WRITES, Durability, WriteRecord

FIRST = WriteRecord("w0", 1, "t", "a", 10, "index", 100, Durability.LOCAL)
CHECKED_NS = 5000


def recorded(tmp_path: Path, *writes: WriteRecord) -> Path:
    for worker in sorted({one.worker for one in writes}):
        with RecordWriter(tmp_path, WRITES, worker) as writer:
            writer.extend(one for one in writes if one.worker == worker)
    return tmp_path


def rows(run_dir: Path) -> list[WriteRecord]:
    return [
        WriteRecord(**row)
        for file in record_files(run_dir, WRITES).parquet
        for row in pq.read_table(file).to_pylist()
    ]


def test_of_each_document_the_newest_write_was_looked_for(tmp_path: Path) -> None:
    writes = (
        FIRST,
        replace(FIRST, worker="w1", sequence=2, version=11),
        replace(FIRST, sequence=3, document_id="b", version=12),
        replace(FIRST, sequence=4, document_id="c", version=13, operation="delete"),
        replace(FIRST, sequence=5, document_id="d", version=14),
    )
    run_dir = recorded(tmp_path, *writes)
    assert record_check(run_dir, CHECKED_NS, {("t", "b"): None, ("t", "d"): 7}) == 4
    found = {(one.document_id, one.version): (one.checked_ns, one.found_version) for one in rows(run_dir)}
    assert found == {
        ("a", 10): (None, None),
        ("a", 11): (CHECKED_NS, 11),
        ("b", 12): (CHECKED_NS, None),
        ("c", 13): (CHECKED_NS, None),
        ("d", 14): (CHECKED_NS, 7),
    }
    assert sorted(
        (replace(one, checked_ns=None, found_version=None) for one in rows(run_dir)),
        key=lambda one: one.sequence,
    ) == list(writes)


def test_a_later_check_replaces_an_earlier_one(tmp_path: Path) -> None:
    run_dir = recorded(tmp_path, FIRST)
    record_check(run_dir, CHECKED_NS, {})
    record_check(run_dir, CHECKED_NS + 1, {("t", "a"): None})
    (row,) = rows(run_dir)
    assert (row.checked_ns, row.found_version) == (CHECKED_NS + 1, None)


def test_nothing_was_written(tmp_path: Path) -> None:
    assert record_check(tmp_path, CHECKED_NS, {}) == 0
