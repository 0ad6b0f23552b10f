"""Files of one JSON object a line, appended to by several processes and cut by kills."""

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from evidence.errors import InvalidFile, Problem


def append_line[T](path: Path, record: T, kind: type[T]) -> None:
    """Append one record and make it durable before returning. Raises OSError.

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
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)


def read_lines[T](path: Path, kind: type[T]) -> tuple[T, ...]:
    """All records of a file, in order; none when there is no file.

    A line that is not whole JSON was cut by a kill and is passed over. Raises InvalidFile for whole JSON
    that is not a `kind`.
    """
    return tuple(_records(path, kind))


def _records[T](path: Path, kind: type[T]) -> Iterator[T]:
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
            problem = Problem(where, repr(first.get("input"))[:80], first["msg"])
            raise InvalidFile(path, (problem,), "Mend or remove the line.") from error
