"""What a worker wrote can be read, whatever became of the worker."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evidence.errors import InvalidFile
from evidence.record_batch import RecordPacker
from evidence.record_kind import RecordKind
from evidence.record_reader import record_files
from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS, LatencyClock, Outcome, RequestRecord, ServedFrom
from evidence.sample_record import SAMPLES, SampleRecord
from evidence.write_record import WRITES, Durability, WriteRecord

REPOSITORY = Path(__file__).parents[2]


def request(sequence: int) -> RequestRecord:
    return RequestRecord(
        worker="w0",
        sequence=sequence,
        intended_ns=1_700_000_000_000_000_000 + sequence,
        started_ns=None if sequence % 7 == 0 else 1_700_000_000_000_000_010 + sequence,
        ended_ns=None if sequence % 7 == 0 else 1_700_000_000_000_000_020 + sequence,
        clock=LatencyClock.INTENDED,
        target="http://127.0.0.1:1",
        operation="search",
        persona="enterprise",
        tenant="enterprise-01",
        tier="enterprise",
        status=200,
        outcome=Outcome.DEGRADED,
        served_from=ServedFrom.STALE,
        age_s=1.5,
        partial=True,
        bytes=123,
        detail="a reason",
    )


def rows(path: Path) -> list[dict[str, object]]:
    return pq.read_table(path).to_pylist()  # type: ignore[no-any-return]  # pyarrow has no types


def test_every_field_of_every_kind_comes_back(tmp_path: Path) -> None:
    sample = SampleRecord("generator", "cpu_ratio", (("worker", "w0"),), 5, 0.25)
    write = WriteRecord("w0", 3, "t", "d", 9, "index", 11, Durability.LOCAL)
    with RecordWriter(tmp_path, REQUESTS, "w0") as requests, RecordWriter(tmp_path, SAMPLES, "w0") as samples:
        requests.append(request(1))
        samples.append(sample)
    with RecordWriter(tmp_path, WRITES, "w0") as writes:
        writes.append(write)

    (row,) = rows(record_files(tmp_path, REQUESTS).parquet[0])
    assert row == {name: getattr(request(1), name) for name in REQUESTS.columns.names}
    (row,) = rows(record_files(tmp_path, SAMPLES).parquet[0])
    assert row["labels"] == [("worker", "w0")]
    (row,) = rows(record_files(tmp_path, WRITES).parquet[0])
    assert row["durability"] == "local"
    assert row["checked_ns"] is None


def test_batches_are_joined_to_pieces_that_are_fast_to_scan(tmp_path: Path) -> None:
    batch = RecordPacker(REQUESTS).pack([request(number) for number in range(10_000)])
    with RecordWriter(tmp_path, REQUESTS, "w0") as writer:
        for _ in range(14):
            writer.write_batch(batch)
    (file,) = record_files(tmp_path, REQUESTS).parquet
    found = pq.read_metadata(file)
    assert [found.row_group(at).num_rows for at in range(found.num_row_groups)] == [130_000, 10_000]


def test_a_living_worker_s_file_is_left_alone(tmp_path: Path) -> None:
    with RecordWriter(tmp_path, REQUESTS, "w0", batch_rows=10) as writer:
        writer.extend(request(n) for n in range(25))
        files = record_files(tmp_path, REQUESTS)
        assert [path.name for path in files.being_written] == ["w0.arrows"]
        assert files.parquet == ()
    files = record_files(tmp_path, REQUESTS)
    assert files.being_written == ()
    assert files.cut == ()
    assert [row["sequence"] for row in rows(files.parquet[0])] == list(range(25))


def test_whole_batches_survive_sigkill_and_the_cut_is_told(tmp_path: Path) -> None:
    program = (
        "import sys, os, signal; from pathlib import Path\n"
        "from tests.evidence.test_record_files import request\n"
        "from evidence.record_writer import RecordWriter; from evidence.request_record import REQUESTS\n"
        "writer = RecordWriter(Path(sys.argv[1]), REQUESTS, 'w0', batch_rows=10).open()\n"
        "writer.extend(request(n) for n in range(25))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=False, timeout=60, cwd=REPOSITORY
    )
    assert died.returncode == -signal.SIGKILL
    files = record_files(tmp_path, REQUESTS)
    assert files.cut == ("w0",)
    assert [row["sequence"] for row in rows(files.parquet[0])] == list(range(20))


@pytest.mark.parametrize("lost_bytes", [1, 9, 200, 1500])
def test_a_cut_tail_costs_the_last_batch_only(tmp_path: Path, lost_bytes: int) -> None:
    with RecordWriter(tmp_path, REQUESTS, "w0", batch_rows=10) as writer:
        writer.extend(request(n) for n in range(30))
    stream = tmp_path / "requests/w0.arrows"
    os.truncate(stream, stream.stat().st_size - lost_bytes)
    files = record_files(tmp_path, REQUESTS)
    assert files.cut == ("w0",)
    assert len(rows(files.parquet[0])) in {20, 30}
    assert record_files(tmp_path, REQUESTS) == files, "the cut is still told when the files are met again"


def test_an_empty_file_is_readable_and_cut(tmp_path: Path) -> None:
    (tmp_path / "requests").mkdir()
    (tmp_path / "requests/w0.arrows").touch()
    files = record_files(tmp_path, REQUESTS)
    assert files.cut == ("w0",)
    assert rows(files.parquet[0]) == []


def test_a_full_disk_keeps_what_was_written(tmp_path: Path) -> None:
    # The kernel's own limit on the size of a file fails a write half-way, as a full disk does.
    program = (
        "import sys, resource, signal; from pathlib import Path\n"
        "from tests.evidence.test_record_files import request\n"
        "from evidence.record_writer import RecordWriter; from evidence.request_record import REQUESTS\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "writer = RecordWriter(Path(sys.argv[1]), REQUESTS, 'w0', batch_rows=10).open()\n"
        "writer.extend(request(n) for n in range(20))\n"
        "size = (Path(sys.argv[1]) / 'requests/w0.arrows').stat().st_size\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    writer.extend(request(n) for n in range(20, 30))\n"
        "except OSError as error:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "    writer.close(); sys.exit(7)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=False, timeout=60, cwd=REPOSITORY
    )
    assert ended.returncode == 7
    files = record_files(tmp_path, REQUESTS)
    assert files.cut == ()
    assert [row["sequence"] for row in rows(files.parquet[0])] == list(range(30))


def test_a_second_writer_of_the_same_worker_is_refused(tmp_path: Path) -> None:
    with (
        RecordWriter(tmp_path, REQUESTS, "w0"),
        pytest.raises(FileExistsError),
        RecordWriter(tmp_path, REQUESTS, "w0"),
    ):
        pass


def test_a_parquet_file_of_another_schema_is_refused_by_name(tmp_path: Path) -> None:
    other = RecordKind("requests", RequestRecord, pa.schema([pa.field("worker", pa.string())]))
    folder = tmp_path / "requests"
    folder.mkdir()
    pq.write_table(pa.table({"worker": ["w0"]}, schema=other.columns), folder / "w0.parquet")
    with pytest.raises(InvalidFile, match=r"w0\.parquet is not valid"):
        record_files(tmp_path, REQUESTS)
    pq.write_table(pa.table({"worker": ["w0"]}, schema=other.schema), folder / "w0.parquet")
    with pytest.raises(InvalidFile, match="must include sequence"):
        record_files(tmp_path, REQUESTS)


def test_rubbish_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "requests").mkdir()
    (tmp_path / "requests/w0.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(InvalidFile, match=r"w0\.parquet"):
        record_files(tmp_path, REQUESTS)


@pytest.mark.parametrize(("number", "readable"), [(1, True), (2, True), (3, False)])
def test_files_of_an_earlier_schema_are_read_and_of_a_later_one_refused(
    number: int, readable: bool, tmp_path: Path
) -> None:
    with RecordWriter(tmp_path, REQUESTS, "w0") as writer:
        writer.append(request(1))
    (path,) = record_files(tmp_path, REQUESTS).parquet
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({"stormproof.schema": str(number)}), path)
    if readable:
        assert record_files(tmp_path, REQUESTS).parquet == (path,)
    else:
        with pytest.raises(InvalidFile, match=r"'?3'?: this version reads 1 and 2"):
            record_files(tmp_path, REQUESTS)
