"""Writes the evidence of one worker: requests, acknowledged writes and searches for them, samples of the
generator itself, and what is told of the load while it goes on.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from evidence.live_record import LIVE, LiveRecord
from evidence.lookup_record import LOOKUPS, LookupRecord
from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS, LatencyClock, Outcome, RequestRecord
from evidence.sample_record import SAMPLES, SampleRecord
from evidence.write_record import WRITES, WriteRecord
from loadtests.generator.record_store import RecordStore

_BATCH_ROWS = 400
"""A batch of 400 rows takes about a millisecond to write: dispatch waits no longer than that."""


class Recorder:
    """The five files of a worker.

    When one cannot be written (the disk is full), `on_failure` is told once; what is pending stays pending
    and is tried again with the next batch, so that a disk that has room again loses nothing.
    """

    def __init__(self, store: RecordStore, worker: str, on_failure: Callable[[OSError], None]) -> None:
        self._store = store
        self._worker = worker
        self._requests = store.writer(REQUESTS, worker, batch_rows=_BATCH_ROWS)
        self._writes = store.writer(WRITES, worker, batch_rows=_BATCH_ROWS)
        self._lookups = store.writer(LOOKUPS, worker, batch_rows=_BATCH_ROWS)
        self._samples = store.writer(SAMPLES, f"generator-{worker}", batch_rows=_BATCH_ROWS)
        self._live = store.writer(LIVE, worker, batch_rows=_BATCH_ROWS)
        self._on_failure = on_failure
        self._has_failed = False

    def open(self) -> None:
        """Create the files. Raises FileExistsError when this worker has recorded there before, OSError when
        they cannot be made.
        """
        self._store.require_unused(self._worker)
        self._requests.open()
        self._writes.open()
        self._lookups.open()
        self._samples.open()
        self._live.open()

    def request(self, record: RequestRecord) -> None:
        """Record what became of an arrival."""
        try:
            self._requests.append(record)
        except OSError as error:
            self._failed(error)

    def write(self, record: WriteRecord) -> None:
        """Record an acknowledged write."""
        self._guarded(lambda: self._writes.append(record))

    def lookup(self, record: LookupRecord) -> None:
        """Record a search for an acknowledged write, or that it will be searched for."""
        self._guarded(lambda: self._lookups.append(record))

    def sample(self, record: SampleRecord) -> None:
        """Record one value of the generator itself."""
        self._guarded(lambda: self._samples.append(record))

    def live(self, record: LiveRecord) -> None:
        """Tell how the load goes."""
        self._guarded(lambda: self._live.append(record))

    def flush(self) -> None:
        """Hand everything to the operating system, so that it survives the death of this process."""
        self._guarded(self._requests.flush)
        self._guarded(self._writes.flush)
        self._guarded(self._lookups.flush)
        self._guarded(self._samples.flush)
        self._guarded(self._live.flush)

    def close(self) -> None:
        """End the files. Raises OSError when one could not be written to its end; the others are ended."""
        errors = []
        for writer in (self._requests, self._writes, self._lookups, self._samples, self._live):
            try:
                writer.close()
            except OSError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        if not self._has_failed:
            self._has_failed = True
            self._on_failure(error)


def warm_up() -> None:
    """Pay the cost of the first batch before load.

    pyarrow's first array imports pandas where it finds it, to recognise its types: over a second and 60 MB
    for what no record holds. It looks once and remembers, so pandas is out of sight for that moment.
    """
    if "pandas" in sys.modules:
        _write_one()
        return
    hidden = _HiddenPandas()
    sys.meta_path.insert(0, hidden)
    try:
        _write_one()
    finally:
        sys.meta_path.remove(hidden)


class _HiddenPandas(MetaPathFinder):
    """Says that pandas is not installed."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 -- the signature is the import system's
        target: ModuleType | None = None,  # noqa: ARG002 -- the same
    ) -> ModuleSpec | None:
        """Raises ModuleNotFoundError for pandas; leaves everything else to the finders that follow."""
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not needed here", name=fullname)
        return None


def _write_one() -> None:
    record = RequestRecord(
        worker="warm-up",
        sequence=0,
        intended_ns=0,
        started_ns=None,
        ended_ns=None,
        clock=LatencyClock.INTENDED,
        target="",
        operation="",
        persona=None,
        tenant=None,
        tier=None,
        status=0,
        outcome=Outcome.OK,
    )
    with (
        tempfile.TemporaryDirectory(prefix="stormproof-warm-up-") as folder,
        RecordWriter(Path(folder), REQUESTS, "warm-up") as writer,
    ):
        writer.append(record)
