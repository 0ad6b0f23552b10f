"""Records as one batch: what is appended to a worker's file, and what a worker sends to a master."""

from collections.abc import Sequence
from operator import attrgetter

import pyarrow as pa

from evidence.record_kind import RecordKind


class RecordPacker[T]:
    """Makes batches of the records of one kind."""

    def __init__(self, kind: RecordKind[T]) -> None:
        self._schema = kind.schema
        self._columns = [(attrgetter(field.name), field.type) for field in kind.columns]

    def pack(self, records: Sequence[T]) -> pa.RecordBatch:
        """The records as columns, in order."""
        columns = [pa.array([get(record) for record in records], type=type_) for get, type_ in self._columns]
        return pa.record_batch(columns, schema=self._schema)


def batch_bytes(batch: pa.RecordBatch) -> bytes:
    """A batch as one Arrow IPC message, without its schema: both ends know the kind."""
    content: bytes = batch.serialize().to_pybytes()
    return content


def read_batch[T](content: bytes, kind: RecordKind[T]) -> pa.RecordBatch:
    """What batch_bytes() made. Raises ValueError when it is none of this kind."""
    try:
        batch = pa.ipc.read_record_batch(pa.py_buffer(content), kind.schema)
        batch.validate(full=True)
    except (pa.ArrowInvalid, OSError, EOFError) as error:
        raise ValueError(f"not a batch of {kind.folder}: {error}") from error
    return batch
