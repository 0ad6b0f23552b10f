"""The rows of a CSV file, whose size does not matter: it stays on the disk.

The file is read through once, row by row, to count rows and note where every 16th begins (half a megabyte for
a million rows). It is mapped into memory, not read into it, and of the rows that were asked
for at most 16,384 are kept.
"""

import csv
import mmap
from array import array
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from evidence.errors import InvalidFile, Problem

type Row = tuple[str, ...]

_BLOCK_ROWS = 16
_KEPT_BLOCKS = 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NEXT_STEP = "Mend the data file and try again."


class Table:
    """Rows by number, 0 <= number < row_count."""

    def __init__(
        self,
        columns: tuple[str, ...],
        content: mmap.mmap,
        starts: "array[int]",
        row_count: int,
        delimiter: str,
    ) -> None:
        self.columns = columns
        self.row_count = row_count
        self._content = content
        self._starts = starts
        self._delimiter = delimiter
        self._block = lru_cache(_KEPT_BLOCKS)(self._read_block)

    def row(self, number: int) -> Row:
        """The fields of one row."""
        block, place = divmod(number, _BLOCK_ROWS)
        return self._block(block)[place]

    def _read_block(self, block: int) -> tuple[Row, ...]:
        last = block + 1 == len(self._starts)
        end = len(self._content) if last else self._starts[block + 1]
        text = self._content[self._starts[block] : end].decode("utf-8")
        # Not splitlines(): a line separator of Unicode is text like any other.
        lines = (f"{line}\n" for line in text.split("\n"))
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        return tuple(tuple(row) for row in reader if row)


def open_table(path: Path, delimiter: str = ",") -> Table:
    """The table of a file, read through once a process as long as it does not change.

    Raises InvalidFile: no such file, no header, not UTF-8, rows of another length than the header.
    """
    try:
        state = path.stat()
        return _table(path, delimiter, (state.st_ino, state.st_size, state.st_mtime_ns))
    except OSError as error:
        raise _invalid(
            path, "", error.strerror or str(error), "must be a CSV file that can be read"
        ) from error


@lru_cache(16)
def _table(path: Path, delimiter: str, state: tuple[int, int, int]) -> Table:
    del state  # of the file: another state is another table
    with path.open("rb") as stream:
        scan = _Scan(path, stream, delimiter)
        columns = scan.header()
        starts, row_count = scan.rows(len(columns))
        if row_count == 0:
            raise _invalid(path, "", "no rows", "must have at least one row below its header")
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    return Table(columns, content, starts, row_count, delimiter)


class _Scan:
    """One way through a file."""

    def __init__(self, path: Path, stream: BinaryIO, delimiter: str) -> None:
        self._path = path
        self._stream = stream
        self._position = 0
        self._reader = csv.reader(self._lines(), delimiter=delimiter, strict=True)

    def header(self) -> tuple[str, ...]:
        columns = tuple(name.strip() for name in self._next() or ())
        if not all(columns) or len(set(columns)) < len(columns) or not columns:
            shown = ", ".join(columns) or "nothing"
            raise _invalid(self._path, "line 1", shown, "must name each column, each once")
        return columns

    def rows(self, width: int) -> "tuple[array[int], int]":
        starts, count = array("Q"), 0
        while True:
            start, line = self._position, self._reader.line_num + 1
            row = self._next()
            if row is None:
                return starts, count
            if not row:
                continue  # an empty line
            if len(row) != width:
                raise _invalid(
                    self._path, f"line {line}", f"{len(row)} fields", f"must have {width}, as the header"
                )
            if count % _BLOCK_ROWS == 0:
                starts.append(start)
            count += 1

    def _next(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except UnicodeDecodeError as error:
            raise _invalid(
                self._path, f"line {self._reader.line_num + 1}", str(error), "must be UTF-8"
            ) from error
        except csv.Error as error:
            where = f"line {self._reader.line_num}"
            raise _invalid(self._path, where, str(error), "must be CSV as RFC 4180 has it") from error

    def _lines(self) -> Iterator[str]:
        for number, line in enumerate(self._stream):
            self._position += len(line)
            text = line.removeprefix(_BYTE_ORDER_MARK) if number == 0 else line
            yield text.decode("utf-8")


def _invalid(path: Path, where: str, value: str, allowed: str) -> InvalidFile:
    return InvalidFile(path, (Problem(where, value, allowed),), _NEXT_STEP)
