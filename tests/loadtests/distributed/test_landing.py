"""What lands on the master is what the worker recorded: in order, once, in files of the worker's name."""

from pathlib import Path

import pytest

from evidence.record_batch import RecordPacker, batch_bytes
from evidence.record_reader import record_files
from evidence.request_record import REQUESTS
from loadtests.generator.distributed.landing import Landing
from loadtests.generator.distributed.protocol import END, End, Envelope, ProtocolError, encode_end
from tests.evidence.test_record_files import request, rows


def batch(number: int) -> Envelope:
    return Envelope("t", number, "requests", batch_bytes(RecordPacker(REQUESTS).pack([request(number)])))


def end(number: int) -> Envelope:
    return Envelope("t", number, END, encode_end(End(0, 3, False, (1, 2, 3))))


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    landing = Landing(tmp_path, "worker-1")
    landing.open()
    return landing


def sequences(run_dir: Path) -> list[object]:
    (file,) = record_files(run_dir, REQUESTS).parquet
    assert file.name == "worker-1.parquet"
    return [row["sequence"] for row in rows(file)]


def test_repeated_and_early_envelopes_change_nothing(tmp_path: Path, landing: Landing) -> None:
    written = []
    for envelope in (batch(0), batch(2), batch(0), batch(1), batch(1), batch(2), end(3), end(3), batch(4)):
        landing.take(envelope)
        written.append(landing.written)
    assert written == [0, 0, 0, 1, 1, 2, 3, 3, 3]
    assert landing.end == End(0, 3, False, (1, 2, 3))
    landing.close()
    assert sequences(tmp_path) == [0, 1, 2]
    assert record_files(tmp_path, REQUESTS).cut == ()


def test_the_files_of_a_worker_that_never_ended_are_known_as_cut(tmp_path: Path, landing: Landing) -> None:
    landing.take(batch(0))
    landing.close()
    assert sequences(tmp_path) == [0]
    assert record_files(tmp_path, REQUESTS).cut == ("worker-1",)


@pytest.mark.parametrize(
    "envelope",
    [
        Envelope("t", 0, "../../etc", b""),
        Envelope("t", 0, "requests", b"rubbish"),
        Envelope("t", 0, END, b"{}"),
    ],
)
def test_what_cannot_be_read_is_refused(landing: Landing, envelope: Envelope) -> None:
    with pytest.raises(ProtocolError):
        landing.take(envelope)
    assert landing.written == -1
