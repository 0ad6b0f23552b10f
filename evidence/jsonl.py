"""Files of one JSON object a line, appended to by several processes and cut by kills."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from evidence.errors import InvalidFile, Problem


def append_line[T](path: Path, record: T, kind: type[T]) -> None:
    """Append one record and make it durable before returning. Raises OSError, also where a part of the line
    was written: a disk that is nearly full takes that without an error.

    One write a line: lines of several processes do not mix. A half line that a kill left behind is ended
    first, so that it spoils only itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    line = TypeAdapter(kind).dump_json(record) + b"\n"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":
            line = b"\n" + line
        if os.write(handle, line) < len(line):
            raise OSError(errno.ENOSPC, "there is no room for a whole line", str(path))
        os.fsync(handle)
    finally:
        os.close(handle)
    if size == 0:
        _make_name_durable(path)


def _make_name_durable(path: Path) -> None:
    """A file whose folder was not written is not there after a loss of power."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_lines[T](path: Path, kind: type[T]) -> tuple[T, ...]:
    """All records of a file, in order; none when there is no file.

    A line that is not whole JSON was cut by a kill and is passed over. Raises InvalidFile for whole JSON
    that is not a `kind`.
    """
    records, problems = read_whole_lines(path, kind)
    if problems:
        raise InvalidFile(path, problems[:1], "Mend or remove the line.")
    return records


def read_whole_lines[T](path: Path, kind: type[T]) -> tuple[tuple[T, ...], tuple[Problem, ...]]:
    """As `read_lines`, for whoever must go on: the records, and what is wrong with lines that are none."""
    records: list[T] = []
    problems: list[Problem] = []
    for one in _lines(path, kind):
        if isinstance(one, Problem):
            problems.append(one)
        else:
            records.append(one)
    return tuple(records), tuple(problems)


def _lines[T](path: Path, kind: type[T]) -> Iterator[T | Problem]:
    adapter = TypeAdapter(kind)
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield adapter.validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            if first["type"] == "json_invalid":
                continue
            where = f"line {number}, {'.'.join(str(step) for step in first['loc'])}"
            yield Problem(where, repr(first.get("input"))[:80], first["msg"])
