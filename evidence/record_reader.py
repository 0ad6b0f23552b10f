"""Reading records: from Parquet, made of what a worker left behind when a reader first meets it."""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from evidence.errors import InvalidFile, Problem
from evidence.record_kind import READABLE_SCHEMAS, RecordKind, schema_number
from evidence.record_writer import STREAM_SUFFIX


@dataclass(frozen=True, slots=True)
class RecordFiles:
    """The files of one kind in a run folder."""

    parquet: tuple[Path, ...]
    """What can be read; DuckDB, pandas and Polars read these in place."""
    being_written: tuple[Path, ...]
    """Files of workers that still live: their records are not in `parquet` yet."""
    cut: tuple[str, ...]
    """Workers whose file ended in the middle of a batch: they were killed, or the disk was full."""


def record_files[T](run_dir: Path, kind: RecordKind[T]) -> RecordFiles:
    """The records of `kind` in a run, compacted where that is still to be done.

    Safe when several readers come at once. Raises InvalidFile for a file that this version cannot read.
    """
    folder = run_dir / kind.folder
    being_written = tuple(
        stream for stream in sorted(folder.glob(f"*{STREAM_SUFFIX}")) if not _compact(stream, kind)
    )
    parquet = tuple(sorted(folder.glob("*.parquet")))
    cut = tuple(path.stem for path in parquet if _check(path, kind))
    return RecordFiles(parquet, being_written, cut)


def records_so_far[T](run_dir: Path, kind: RecordKind[T], into: Path) -> RecordFiles:
    """The records of `kind` by now, also of workers that still write: their whole batches are copied to files
    in `into`, which is the caller's to remove; what they write is left alone.

    Raises InvalidFile for a file that this version cannot read.
    """
    files = record_files(run_dir, kind)
    ended = {path.stem for path in files.parquet}
    # A worker may have ended meanwhile, and another reader have been quicker.
    parts = [
        _copied(stream, kind, into / kind.folder)
        for stream in files.being_written
        if stream.stem not in ended
    ]
    return RecordFiles((*files.parquet, *parts), files.being_written, files.cut)


def _copied[T](stream: Path, kind: RecordKind[T], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target = folder / f"{stream.stem}.parquet"
    try:
        file = FileIO(stream, "r")
    except FileNotFoundError:
        return stream.with_suffix(".parquet")
    with file, pq.ParquetWriter(target, kind.schema) as writer:
        for batch in _whole_batches(file, stream):
            if batch is not None:
                writer.write_batch(batch)
    return target


def _compact[T](stream: Path, kind: RecordKind[T]) -> bool:
    """Turn a stream into Parquet; False while its worker still writes it."""
    try:
        file = FileIO(stream, "r")
    except FileNotFoundError:
        return True  # another reader was quicker
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if not stream.exists():
            return True
        _write_parquet(file, stream, kind)
        stream.unlink()
    return True


_CUT_KEY = b"stormproof.cut"
ROW_GROUP_ROWS = 122_880
"""In one piece of a Parquet file, as DuckDB makes them. In pieces of one batch each, some hundred rows, two
million requests are 1.7 times as many bytes, take four times as long to scan, and their description alone is
9 MB."""


def _write_parquet[T](file: FileIO, stream: Path, kind: RecordKind[T]) -> None:
    temporary = stream.with_name(f".{stream.stem}.parquet.{os.getpid()}")
    target = stream.with_suffix(".parquet")
    try:
        with pq.ParquetWriter(temporary, kind.schema, compression="zstd") as writer:
            cut = True
            waiting: list[pa.RecordBatch] = []
            rows = 0
            for batch in _whole_batches(file, stream):
                if batch is None:
                    cut = False
                    continue
                waiting.append(batch)
                rows += batch.num_rows
                if rows >= ROW_GROUP_ROWS:
                    writer.write_table(pa.Table.from_batches(waiting))
                    waiting, rows = [], 0
            if waiting:
                writer.write_table(pa.Table.from_batches(waiting))
            if cut:
                writer.add_key_value_metadata({_CUT_KEY: b"1"})
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _whole_batches(file: FileIO, stream: Path) -> Iterator[pa.RecordBatch | None]:
    """Each whole batch; then None if the stream was ended properly, nothing if it was cut."""
    try:
        reader = pa.ipc.open_stream(file)
    except (pa.ArrowInvalid, OSError):
        return  # killed before the header was out
    _refuse_other_schema(stream, reader.schema)
    while True:
        before = file.tell()
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            # The end-of-stream mark is eight bytes; a file that just stops there has none.
            if file.tell() - before == _END_MARK_BYTES:
                yield None
            return
        except (pa.ArrowInvalid, OSError):
            return
        yield batch


_END_MARK_BYTES = 8


def _check[T](path: Path, kind: RecordKind[T]) -> bool:
    """Refuse what cannot be read; tell whether the worker's file was cut."""
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        problem = Problem("", str(error).splitlines()[0], f"must be a Parquet file of {kind.folder}")
        raise InvalidFile(path, (problem,), "Take the file out of the run folder, or restore it.") from error
    _refuse_other_schema(path, schema)
    missing = [name for name in kind.columns.names if name not in schema.names]
    if missing:
        problem = Problem("columns", ", ".join(schema.names), f"must include {', '.join(missing)}")
        raise InvalidFile(path, (problem,), "Take the file out of the run folder, or restore it.")
    metadata = pq.read_metadata(path).metadata or {}
    return _CUT_KEY in metadata


def _refuse_other_schema(path: Path, schema: pa.Schema) -> None:
    number = schema_number(schema)
    if number not in READABLE_SCHEMAS:
        readable = " and ".join(str(one) for one in sorted(READABLE_SCHEMAS))
        problem = Problem("schema number", repr(number), f"this version reads {readable}")
        raise InvalidFile(path, (problem,), "Read it with the version that wrote it, or a newer one.")
