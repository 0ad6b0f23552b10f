"""A file is read as a stream, gzip'd or not, and what a kill left of it is read as far as it goes."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.importing import source_file
from evidence.importing.source_file import MOST_LINE_BYTES, SourceFile


def write(folder: Path, content: bytes) -> SourceFile:
    path = folder / "results.log"
    path.write_bytes(content)
    return SourceFile(path)


def texts(source: SourceFile) -> list[tuple[int, str, bool]]:
    return [(line.number, line.text, line.ended) for line in source.lines()]


def test_lines_are_numbered_and_have_no_ends(tmp_path: Path) -> None:
    assert texts(write(tmp_path, b"one\n\ntwo\r\n")) == [(1, "one", True), (2, "", True), (3, "two", True)]


def test_a_last_line_without_an_end_says_so(tmp_path: Path) -> None:
    assert texts(write(tmp_path, b"one\ntw")) == [(1, "one", True), (2, "tw", False)]


def test_a_byte_order_mark_is_no_part_of_a_line(tmp_path: Path) -> None:
    source = write(tmp_path, b"\xef\xbb\xbftimeStamp,elapsed\n1,2\n")
    assert texts(source)[0] == (1, "timeStamp,elapsed", True)
    assert source.head().startswith(b"timeStamp")


def test_bytes_that_are_no_utf_8_are_replaced(tmp_path: Path) -> None:
    assert texts(write(tmp_path, b"caf\xe9\n")) == [(1, "caf\ufffd", True)]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1000])
def test_lines_do_not_depend_on_where_reading_stops(
    tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_file, "_CHUNK_BYTES", chunk)
    source = write(tmp_path, b"\xef\xbb\xbfone\r\n\nthree\nfour")
    assert [text for _, text, _ in texts(source)] == ["one", "", "three", "four"]


def test_a_gzip_file_is_known_by_its_content(tmp_path: Path) -> None:
    assert texts(write(tmp_path, gzip.compress(b"one\ntwo\n"))) == [(1, "one", True), (2, "two", True)]


def test_a_gzip_file_that_was_cut_is_read_to_where_it_goes(tmp_path: Path) -> None:
    whole = "".join(f"line {number} {number * 7919 % 1000}\n" for number in range(5000))
    cut = gzip.compress(whole.encode())[:-2000]
    told: list[str] = []
    path = tmp_path / "results.gz"
    path.write_bytes(cut)
    lines = texts(SourceFile(path, on_cut=lambda: told.append("cut")))
    assert len(lines) > 1000
    assert whole.startswith("\n".join(text for _, text, _ in lines))
    assert told == ["cut"]


def test_a_damaged_gzip_file_is_refused(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(b"one\ntwo\n" * 1000))
    content[20:30] = b"\xff" * 10
    with pytest.raises(InvalidFile, match="must be a whole gzip file"):
        texts(write(tmp_path, bytes(content)))


def test_a_line_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="too long for a line"):
        texts(write(tmp_path, b"x" * (MOST_LINE_BYTES + 300_000)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"nowhere\.json is not valid"):
        SourceFile(tmp_path / "nowhere.json").head()
    with pytest.raises(InvalidFile, match="must be a readable file"):
        SourceFile(tmp_path).head()


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    source = write(tmp_path, b"0123456789" * 10 + b"\n")
    source.path.write_bytes((b"0123456789" * 10 + b"\n") * 500_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in source.lines()) == 500_000
        _, highest = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert highest < 4 * 2**20
