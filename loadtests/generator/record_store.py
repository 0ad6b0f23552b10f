"""Where a worker's records go: into its run folder, or to its master."""

from pathlib import Path
from typing import Protocol

from evidence.record_kind import RecordKind
from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS


class Writer[T](Protocol):
    """Takes the records of one kind, in order."""

    def open(self) -> object:
        """Comes before the first record. Raises OSError."""
        ...

    def append(self, record: T) -> None:
        """Add one record. Raises OSError when it, or an earlier one, cannot be kept."""
        ...

    def flush(self) -> None:
        """Let go of what is pending, so that it survives the death of this process. Raises OSError."""
        ...

    def close(self) -> None:
        """Flush, and say that nothing follows. Raises OSError."""
        ...


class RecordStore(Protocol):
    """Makes the writers of a worker."""

    def require_unused(self, worker: str) -> None:
        """Raises FileExistsError when this worker has recorded here before."""
        ...

    def writer[T](self, kind: RecordKind[T], name: str, *, batch_rows: int) -> Writer[T]:
        """A writer of `kind`, for the file `name`, to be opened."""
        ...


class FolderStore:
    """The run folder, on this machine."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir

    def require_unused(self, worker: str) -> None:
        """Raises FileExistsError when this worker has recorded here before."""
        earlier = sorted((self._run_dir / REQUESTS.folder).glob(f"{worker}.*"))
        if earlier:
            raise FileExistsError(
                f"{earlier[0]}: {worker} has recorded in this run folder before. Name another --run-dir."
            )

    def writer[T](self, kind: RecordKind[T], name: str, *, batch_rows: int) -> Writer[T]:
        """The file itself."""
        return RecordWriter(self._run_dir, kind, name, batch_rows=batch_rows)
