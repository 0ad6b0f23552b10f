"""A worker's records on their way to its master."""

import time
from collections.abc import Callable

import gevent

from evidence.record_batch import RecordPacker, batch_bytes
from evidence.record_kind import RecordKind
from loadtests.generator.distributed.outbox import Outbox
from loadtests.generator.distributed.protocol import Envelope
from loadtests.generator.record_store import Writer

_POLL_S = 0.2


class Shipper:
    """Takes records as a run folder does, and sends them in batches."""

    def __init__(self, test: str, send: Callable[[Envelope], None]) -> None:
        self._outbox = Outbox(test)
        self._send = send
        self._posting = gevent.spawn(self._post_again)

    def require_unused(self, worker: str) -> None:
        """The master looks into its folder before it gives a worker its share."""

    def writer[T](self, kind: RecordKind[T], name: str, *, batch_rows: int) -> Writer[T]:  # noqa: ARG002
        """The master names the file: what comes over the network names none."""
        return _BatchWriter(kind, batch_rows, self.put)

    def put(self, kind: str, content: bytes) -> None:
        """Send this after everything before it. Raises OSError when there is no room for it."""
        self._outbox.put(kind, content)
        self._post()

    def written(self, number: int) -> None:
        """The master has everything up to here."""
        self._outbox.written(number, time.monotonic())
        self._post()

    def close(self, timeout_s: float) -> bool:
        """Wait until the master has everything; False when that takes longer."""
        deadline_s = time.monotonic() + timeout_s
        while not self._outbox.is_empty and time.monotonic() < deadline_s:
            gevent.sleep(0.01)
        self._posting.kill()
        return self._outbox.is_empty

    def _post(self) -> None:
        for envelope in self._outbox.due(time.monotonic()):
            self._send(envelope)

    def _post_again(self) -> None:
        while True:
            gevent.sleep(_POLL_S)
            self._post()


class _BatchWriter[T]:
    """Packs as a file's writer does, batch by batch."""

    def __init__(self, kind: RecordKind[T], batch_rows: int, put: Callable[[str, bytes], None]) -> None:
        self._kind = kind
        self._packer = RecordPacker(kind)
        self._batch_rows = batch_rows
        self._put = put
        self._pending: list[T] = []

    def open(self) -> None:
        """There is nothing to open."""

    def append(self, record: T) -> None:
        """Raises OSError when the master takes no more."""
        self._pending.append(record)
        if len(self._pending) >= self._batch_rows:
            self.flush()

    def flush(self) -> None:
        """Raises OSError: what is pending stays so."""
        if self._pending:
            self._put(self._kind.folder, batch_bytes(self._packer.pack(self._pending)))
            self._pending = []

    def close(self) -> None:
        """Raises OSError."""
        self.flush()
