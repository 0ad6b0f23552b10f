"""A file of results: read as a stream, gzip'd or not."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path

from evidence.errors import InvalidFile, Problem

HEAD_BYTES = 64 * 1024
MOST_LINE_BYTES = 16 * 2**20
"""Tools may record whole bodies; a longer line is none of a file of results."""
_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its end."""

    number: int
    data: bytes
    ended: bool = True
    """False for a last line without a line end: the tool may have been killed in it."""

    @property
    def text(self) -> str:
        """The line as text; bytes that are not UTF-8 are replaced."""
        return self.data.decode("utf-8", "replace")

    @property
    def where(self) -> str:
        """Where it stands, in a message."""
        return f"line {self.number}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of results."""

    path: Path
    on_cut: Callable[[], None] = lambda: None
    """Told when a gzip'd file ends within its stream; what could be read of it was given."""

    @property
    def modified_ns(self) -> int:
        """When it was last written."""
        return self.path.stat().st_mtime_ns

    def head(self) -> bytes:
        """Its first bytes. Raises InvalidFile where it cannot be read."""
        with self._opened() as stream:
            parts, missing = [], HEAD_BYTES
            for chunk in self._read(stream, HEAD_BYTES):
                parts.append(chunk[:missing])
                missing -= len(parts[-1])
                if missing <= 0:
                    break
            return b"".join(parts).removeprefix(_BYTE_ORDER_MARK)

    def chunks(self) -> Iterator[bytes]:
        """All its bytes, some at a time; a gzip'd file that was cut ends where it can be read to."""
        with self._opened() as stream:
            yield from self._read(stream, _CHUNK_BYTES)

    def lines(self) -> Iterator[Line]:
        """Its lines, one at a time. Raises InvalidFile for one that is too long to be one."""
        number, rest = 0, b""
        for chunk in self.chunks():
            *whole, rest = (rest + chunk).split(b"\n")
            for data in whole:
                number += 1
                yield Line(number, _plain(data, number))
            if len(rest) > MOST_LINE_BYTES:
                problem = Problem(f"line {number + 1}", f"over {len(rest):,} bytes", "too long for a line")
                raise InvalidFile(self.path, (problem,), "Check that this is a file of results.")
        if rest:
            yield Line(number + 1, _plain(rest, number + 1), ended=False)

    @contextmanager
    def _opened(self) -> Iterator[BufferedIOBase]:
        try:
            with self.path.open("rb") as raw:
                zipped = raw.read(2) == _GZIP_MAGIC
                raw.seek(0)
                if zipped:
                    with gzip.open(raw) as stream:
                        yield stream
                else:
                    yield raw
        except FileNotFoundError as error:
            problem = Problem("", "no such file", "must be the path of a readable file")
            raise InvalidFile(self.path, (problem,), "Check the path.") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            problem = Problem("", str(error), "must be a whole gzip file")
            raise InvalidFile(self.path, (problem,), "Restore the file.") from error
        except OSError as error:
            problem = Problem("", error.strerror or str(error), "must be a readable file")
            raise InvalidFile(self.path, (problem,), "Check the path and its permissions.") from error

    def _read(self, stream: BufferedIOBase, size: int) -> Iterator[bytes]:
        while True:
            try:
                chunk = stream.read1(size)
            except EOFError:  # gzip's word for a file that was cut
                self.on_cut()
                return
            if not chunk:
                return
            yield chunk


def _plain(data: bytes, number: int) -> bytes:
    if number == 1:
        data = data.removeprefix(_BYTE_ORDER_MARK)
    return data.removesuffix(b"\r")
