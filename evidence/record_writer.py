"""Writing records while a run goes on, so that what is written survives SIGKILL."""

import fcntl
import os
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from evidence.record_batch import RecordPacker
from evidence.record_kind import RecordKind

STREAM_SUFFIX = ".arrows"
"""Arrow IPC stream: after SIGKILL all whole batches can be read; a Parquet file without its footer cannot."""


class RecordWriter[T]:
    """Appends the records of one worker to `<run>/<folder>/<worker>.arrows`, batch by batch.

    It holds a lock on its file for as long as it lives, so that a reader can tell a file that is being
    written from one that was left behind. A batch reaches the operating system at once: it survives the
    death of the process, though not of the machine.
    """

    def __init__(self, run_dir: Path, kind: RecordKind[T], worker: str, *, batch_rows: int = 400) -> None:
        self._path = run_dir / kind.folder / f"{worker}{STREAM_SUFFIX}"
        self._kind = kind
        self._batch_rows = batch_rows
        self._pending: list[T] = []
        self._packer = RecordPacker(kind)
        self._file: FileIO | None = None
        self._stream: pa.ipc.RecordBatchStreamWriter | None = None

    def open(self) -> Self:
        """Create the file. Raises FileExistsError when the worker has one already."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = FileIO(self._path, "x")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._stream = pa.ipc.new_stream(self._file, self._kind.schema)
        return self

    def append(self, record: T) -> None:
        """Add one record; every `batch_rows` a batch is written. Raises OSError when the disk is full."""
        self._pending.append(record)
        if len(self._pending) >= self._batch_rows:
            self.flush()

    def extend(self, records: Iterable[T]) -> None:
        """Add records, in order. Raises OSError when the disk is full."""
        for record in records:
            self.append(record)

    def flush(self) -> None:
        """Write what is pending as one batch.

        Raises OSError when it cannot be written: the records stay pending, the file keeps its whole batches.
        """
        if not self._pending:
            return
        self.write_batch(self._packer.pack(self._pending))
        self._pending = []

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write a batch that is made already: what another machine sent.

        Raises OSError when it cannot be written: the file keeps its whole batches.
        """
        if self._file is None or self._stream is None:
            raise ValueError(f"{self._path}: open() comes before the first record")
        whole_until = self._file.tell()
        try:
            self._stream.write_batch(batch)
        except OSError:
            os.ftruncate(self._file.fileno(), whole_until)
            self._file.seek(whole_until)
            raise

    def close(self) -> None:
        """Write what is pending and end the file. Raises OSError when that cannot be written."""
        if self._file is None or self._stream is None:
            return
        try:
            self.flush()
            self._stream.close()
        finally:
            self._stream = None
            self._file.close()

    def abandon(self) -> None:
        """Close the file without its end: who should have gone on writing is lost, and a reader sees that."""
        if self._file is not None:
            self._stream = None
            self._file.close()

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
