"""What an oracle found is recorded with the writes that it looked for."""

from pathlib import Path

import pyarrow.parquet as pq

from evidence.drill_record import LostWrite
from evidence.record_reader import record_files
from evidence.record_writer import RecordWriter
from evidence.run_folder import RunFolder
from evidence.write_record import WRITES, Durability, WriteRecord
from stormproof.drills.found_writes import record_found

CHECKED_NS = 5000


def lost(store: str, document_id: str, found_version: int | None) -> LostWrite:
    return LostWrite(store, "t", document_id, 10, "index", 100, found_version)


def test_what_one_store_lacks_is_lost_with_the_least_that_any_has(tmp_path: Path) -> None:
    with RecordWriter(tmp_path, WRITES, "w0") as writer:
        writer.extend(
            WriteRecord("w0", n, "t", document_id, 10, "index", 100, Durability.REPLICATED)
            for n, document_id in enumerate("abcd")
        )
    found = (
        lost("postgres", "b", 9),
        lost("elasticsearch", "b", 8),
        lost("postgres", "c", 9),
        lost("service", "c", None),
        lost("redis-state", "a key of no document", None),
    )
    assert record_found(RunFolder(tmp_path), CHECKED_NS, found) == 4
    (file,) = record_files(tmp_path, WRITES).parquet
    rows = {row["document_id"]: row for row in pq.read_table(file).to_pylist()}
    assert {name: row["found_version"] for name, row in rows.items()} == {"a": 10, "b": 8, "c": None, "d": 10}
    assert {row["checked_ns"] for row in rows.values()} == {CHECKED_NS}
