"""A line is on the disk, whole, or its writer is told that it is not."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence.jsonl import append_line, read_lines, read_whole_lines


@dataclass(frozen=True, slots=True)
class Line:
    """Any."""

    text: str


@contextmanager
def room_for(size_bytes: int) -> Iterator[None]:
    """No file may grow beyond that: what does not fit is cut, as on a disk that is nearly full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_line_of_which_a_part_was_written_is_not_taken_for_durable(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    append_line(path, Line("first"), Line)
    with room_for(path.stat().st_size + 5), pytest.raises(OSError, match="no room for a whole line"):
        append_line(path, Line("second"), Line)
    append_line(path, Line("third"), Line)
    assert read_lines(path, Line) == (Line("first"), Line("third"))


def test_who_must_go_on_gets_the_other_lines_and_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    append_line(path, Line("first"), Line)
    with path.open("ab") as stream:
        stream.write(b'{"words": 3}\n{"text": "cu')
    append_line(path, Line("third"), Line)
    records, (problem,) = read_whole_lines(path, Line)
    assert records == (Line("first"), Line("third"))
    assert problem.where == "line 2, text"
