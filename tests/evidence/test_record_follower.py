"""Records are read while they are written: each once, whole, in order."""

from pathlib import Path

import pyarrow as pa
import pytest

from evidence.errors import InvalidFile
from evidence.live_record import LIVE, LiveMeasure, LiveRecord, LiveStretch
from evidence.record_follower import RecordFollower
from evidence.record_kind import RecordKind
from evidence.record_reader import record_files
from evidence.record_writer import RecordWriter


def second(number: int, worker: str = "w0") -> LiveRecord:
    return LiveRecord(
        worker=worker,
        measure=LiveMeasure.LATENCY,
        operation="search",
        stretch=LiveStretch.SECOND,
        from_ns=number,
        to_ns=number + 1,
        answered=10,
        outcomes=(("ok", 9), ("failed", 1)),
        histogram="HISTFAAA",
        max_ns=5,
    )


def test_records_come_as_they_are_written(tmp_path: Path) -> None:
    follower = RecordFollower(tmp_path, LIVE)
    assert list(follower.records()) == []
    with RecordWriter(tmp_path, LIVE, "w0") as writer:
        assert list(follower.records()) == []
        writer.extend([second(0), second(1)])
        writer.flush()
        assert list(follower.records()) == [second(0), second(1)]
        assert list(follower.records()) == []
        writer.append(second(2))
    assert list(follower.records()) == [second(2)]
    assert list(follower.records()) == []


def test_a_worker_that_comes_later_is_followed_too(tmp_path: Path) -> None:
    follower = RecordFollower(tmp_path, LIVE)
    with RecordWriter(tmp_path, LIVE, "w0") as writer:
        writer.append(second(0))
    assert list(follower.records()) == [second(0)]
    with RecordWriter(tmp_path, LIVE, "w1") as writer:
        writer.append(second(0, "w1"))
    assert list(follower.records()) == [second(0, "w1")]


def test_however_a_write_is_cut_every_record_comes_once(tmp_path: Path) -> None:
    with RecordWriter(tmp_path / "whole", LIVE, "w0", batch_rows=2) as writer:
        writer.extend(second(number) for number in range(5))
    content = (tmp_path / "whole/live/w0.arrows").read_bytes()
    growing = tmp_path / "live/w0.arrows"
    growing.parent.mkdir()
    follower = RecordFollower(tmp_path, LIVE)
    found: list[LiveRecord] = []
    with growing.open("ab", buffering=0) as stream:
        for start in range(0, len(content), 37):
            stream.write(content[start : start + 37])
            found.extend(follower.records())
    assert found == [second(number) for number in range(5)]


def test_compaction_takes_nothing_from_a_follower(tmp_path: Path) -> None:
    follower = RecordFollower(tmp_path, LIVE)
    with RecordWriter(tmp_path, LIVE, "w0") as writer:
        writer.append(second(0))
        writer.flush()
        assert list(follower.records()) == [second(0)]
        writer.append(second(1))
    assert record_files(tmp_path, LIVE).parquet
    assert list(follower.records()) == [second(1)]
    follower.close()


def test_a_file_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    columns = pa.schema([pa.field("worker", pa.string())])
    unmarked = RecordKind("live", LiveRecord, columns)
    path = tmp_path / "live/w0.arrows"
    path.parent.mkdir()
    with path.open("wb") as stream, pa.ipc.new_stream(stream, unmarked.columns):
        pass
    with pytest.raises(InvalidFile, match=r"w0\.arrows is not valid"):
        list(RecordFollower(tmp_path, LIVE).records())
