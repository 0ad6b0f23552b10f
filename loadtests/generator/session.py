"""One worker's part of a load, from its first arrival to its last record."""

import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass

import gevent

from evidence.clock import AnchoredClock
from evidence.request_record import RequestRecord
from loadtests.command import EXIT_COMPLETED, EXIT_DEFECT, EXIT_EVIDENCE_LOST, EXIT_INTERRUPTED
from loadtests.generator.gauges import Gauges
from loadtests.generator.live_meter import LiveMeter
from loadtests.generator.load import Load, Recording
from loadtests.generator.pulse import Pulse
from loadtests.generator.record_store import RecordStore
from loadtests.generator.recorder import Recorder, warm_up
from loadtests.generator.share import Share

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """How a session came to its end."""

    exit_code: int
    """One of loadtests.command's."""
    handed_out: int
    """Arrivals that have a record."""
    was_cut: bool
    """Its share was not sent to its end."""


class Session:
    """Prepared by open(), under way from start() on, ended by close() from wherever the end comes.

    `on_end` is called once, after the last record.
    """

    def __init__(
        self,
        load: Load,
        share: Share,
        clock: AnchoredClock,
        store: RecordStore,
        *,
        on_record: Callable[[RequestRecord, str], None],
        on_end: Callable[[SessionEnd], None],
    ) -> None:
        self._share = share
        self._clock = clock
        self._recorder = Recorder(store, share.worker, self._evidence_failed)
        gauges = Gauges(clock.now_ns)
        meter = LiveMeter(share.worker, share.start_ns)
        self._sender = load.sender(share, Recording(clock.now_ns, self._recorder, gauges, meter, on_record))
        self._pulse = Pulse(
            worker=share.worker,
            start_ns=share.start_ns,
            now_ns=clock.now_ns,
            gauges=gauges,
            meter=meter,
            recorder=self._recorder,
            in_flight=lambda: self._sender.in_flight,
            called_for=self._sender.due_by,
        )
        self._is_open = load.is_open
        self._on_end = on_end
        self._evidence_lost = False
        self._has_failed = False
        self._interrupted = False
        self._running: gevent.Greenlet | None = None
        self._closing: gevent.Greenlet | None = None
        self.end: SessionEnd | None = None
        """None before the end."""

    def open(self) -> None:
        """Prepare everything that would disturb the load later.

        Raises OSError: the records cannot be kept, this worker has recorded there before, or the target's
        name cannot be resolved.
        """
        warm_up()
        self._sender.open()
        self._recorder.open()

    def start(self) -> None:
        """Begin; the first arrival is sent at the start instant."""
        gc.collect()
        gc.freeze()
        self._pulse.open()
        if self._is_open and self._share.start_ns < self._clock.now_ns():
            _logger.warning("The start instant has passed: the first arrivals are sent late, and count so.")
        self._running = gevent.spawn(self._run)

    def wait(self) -> None:
        """Until the share is sent to its end, or the session is closed."""
        if self._running is not None:
            self._running.join()

    def close(self, *, interrupted: bool = False) -> None:
        """Stop sending, wait for answers for a bounded time, account for every arrival, end the records.

        May be called again and from several places; all return when it is done. A caller that is killed
        while it waits does not end the closing.
        """
        if self._closing is None:
            self._interrupted = interrupted
            self._closing = gevent.spawn(self._close)
        self._closing.join()

    def _run(self) -> None:
        try:
            self._sender.run()
        except Exception:
            self._failed()
        self.close()

    def _close(self) -> None:
        try:
            self._sender.stop()
            self._sender.finish()
            self._pulse.close()
        except Exception:
            self._failed()
        try:
            self._recorder.close()
        except OSError as error:
            self._evidence_failed(error)
        gc.unfreeze()
        self.end = SessionEnd(self._exit_code(), self._sender.handed_out, not self._sender.completed)
        self._on_end(self.end)

    def _exit_code(self) -> int:
        if self._has_failed:
            return EXIT_DEFECT
        if self._evidence_lost:
            return EXIT_EVIDENCE_LOST
        return EXIT_INTERRUPTED if self._interrupted and not self._sender.completed else EXIT_COMPLETED

    def _failed(self) -> None:
        self._has_failed = True
        _logger.exception("The load was cut: a defect of the generator")

    def _evidence_failed(self, error: OSError) -> None:
        self._evidence_lost = True
        _logger.error(
            "The evidence cannot be written: %s. The run stops here; what was recorded can be read. "
            "Make room there and run again.",
            error,
        )
        self._sender.stop()
