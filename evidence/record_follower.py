"""Reading records while their workers write them."""

from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import pyarrow as pa
from pydantic import TypeAdapter

from evidence.errors import InvalidFile, Problem
from evidence.record_kind import SCHEMA_NUMBER, RecordKind, schema_number
from evidence.record_writer import STREAM_SUFFIX


class RecordFollower[T]:
    """What the workers of a run added since the last time, also workers that come later.

    Files that were ended and compacted before it first looked are passed over: they are `record_reader`'s.
    """

    def __init__(self, run_dir: Path, kind: RecordKind[T]) -> None:
        self._folder = run_dir / kind.folder
        self._adapter = TypeAdapter(kind.record_type)
        self._streams: dict[Path, _GrowingStream] = {}

    def records(self) -> Iterator[T]:
        """New records, those of one worker in order. Raises InvalidFile for a file of another version."""
        for batch in self.batches():
            for row in batch.to_pylist():
                yield self._adapter.validate_python(row)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The same a batch at a time, for those who count columns."""
        for path in sorted(self._folder.glob(f"*{STREAM_SUFFIX}")):
            if path not in self._streams:
                self._streams[path] = _GrowingStream(path)
        for stream in self._streams.values():
            yield from stream.new_batches()

    def close(self) -> None:
        """Let go of the files."""
        for stream in self._streams.values():
            stream.close()
        self._streams = {}


class _GrowingStream:
    """An Arrow IPC stream, message by message: a message that is not whole yet is read again later."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Kept open: compaction takes the file's name away, and its last records are wanted still.
        self._file: BufferedReader = path.open("rb")
        self._schema: pa.Schema | None = None

    def new_batches(self) -> Iterator[pa.RecordBatch]:
        while (message := self._next_message()) is not None:
            if message.type == "schema":
                self._schema = self._checked(pa.ipc.read_schema(message))
            else:
                yield pa.ipc.read_record_batch(message, self._schema)

    def close(self) -> None:
        self._file.close()

    def _next_message(self) -> pa.ipc.Message | None:
        whole_until = self._file.tell()
        try:
            message = pa.ipc.read_message(self._file)
        except (EOFError, OSError, pa.ArrowInvalid):
            self._file.seek(whole_until)
            return None
        return message

    def _checked(self, schema: pa.Schema) -> pa.Schema:
        number = schema_number(schema)
        if number != SCHEMA_NUMBER:
            problem = Problem("schema number", repr(number), f"this version reads {SCHEMA_NUMBER}")
            raise InvalidFile(self._path, (problem,), "Read it with the version that wrote it.")
        return schema
