"""What workers send, into the run folder: each worker's files as if it had written them itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evidence.live_record import LIVE
from evidence.lookup_record import LOOKUPS
from evidence.record_batch import read_batch
from evidence.record_kind import RecordKind
from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS
from evidence.sample_record import SAMPLES
from evidence.write_record import WRITES
from loadtests.generator.distributed.protocol import END, End, Envelope, ProtocolError, decode_end


def _files(worker: str) -> tuple[tuple[RecordKind[Any], str], ...]:
    own = (REQUESTS, WRITES, LOOKUPS, LIVE)
    return *((kind, worker) for kind in own), (SAMPLES, f"generator-{worker}")


class Landing:
    """The files of one worker; envelopes land in their order, each once."""

    def __init__(self, run_dir: Path, worker: str) -> None:
        self._files: Mapping[str, tuple[RecordKind[object], RecordWriter[object]]] = {
            kind.folder: (kind, RecordWriter(run_dir, kind, name)) for kind, name in _files(worker)
        }
        self._expected = 0
        self._has_failed = False
        self.end: End | None = None
        """How the worker came to its end, once it has told."""

    @property
    def written(self) -> int:
        """Number of the last envelope that landed; -1 before the first."""
        return self._expected - 1

    def open(self) -> None:
        """Raises OSError."""
        for _, file in self._files.values():
            file.open()

    def take(self, envelope: Envelope) -> None:
        """One that came before is passed over, and one that is too early: its sender sends it again.

        Raises OSError when it cannot be written: it and all that follow are lost, what was written stays.
        Raises ProtocolError.
        """
        if envelope.number != self._expected or self.end is not None:
            return
        if envelope.kind == END:
            self.end = decode_end(envelope.content)
            self._expected += 1
            return
        if envelope.kind not in self._files:
            raise ProtocolError(f"envelope {envelope.number}: unknown kind {envelope.kind!r}")
        kind, file = self._files[envelope.kind]
        try:
            batch = read_batch(envelope.content, kind)
        except ValueError as error:
            raise ProtocolError(str(error)) from error
        self._expected += 1
        if not self._has_failed:
            self._has_failed = True
            file.write_batch(batch)
            self._has_failed = False

    def close(self) -> None:
        """End the files. Those of a worker that did not come to its end stay without one, so that readers
        know. Raises OSError.
        """
        for _, file in self._files.values():
            if self.end is None:
                file.abandon()
            else:
                file.close()
