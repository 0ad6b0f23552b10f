"""A Locust worker: sends its share of what the master's load is, and its records to the master."""

import logging
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gevent
from locust.runners import WorkerRunner

from evidence.clock import AnchoredClock
from evidence.errors import InvalidFile
from loadtests.command import EXIT_COMPLETED, EXIT_EVIDENCE_LOST
from loadtests.generator.conductor import OnRecord
from loadtests.generator.distributed.clock_asker import ClockAsker
from loadtests.generator.distributed.load_parcel import unpack_load
from loadtests.generator.distributed.messenger import Messenger
from loadtests.generator.distributed.protocol import (
    END,
    PROTOCOL,
    Accepted,
    Align,
    Aligned,
    Assignment,
    Declined,
    End,
    Hello,
    ProtocolError,
    Stop,
    Tell,
    Welcome,
    Written,
    encode_end,
)
from loadtests.generator.distributed.shipping import Shipper
from loadtests.generator.load import Load
from loadtests.generator.locustfiles.locust_side import LocustSide
from loadtests.generator.recorder import warm_up
from loadtests.generator.session import Session, SessionEnd
from loadtests.generator.share import Share

_logger = logging.getLogger(__name__)

_HELLO_EVERY_S = 1.0
_SAFE_WITHIN_S = 15.0
"""How long the master may take to write the last records."""


class WorkerConductor:
    """Does what the master says. Between tests it waits for the next assignment."""

    def __init__(
        self, side: LocustSide, runner: WorkerRunner, parsed: Namespace, on_record: OnRecord
    ) -> None:
        self._side = side
        self._environment = side.environment
        self._runner = runner
        self._wanted_index: int = parsed.worker_index
        self._on_record = on_record
        self._messenger = Messenger(runner)
        self._asker = ClockAsker(self._messenger.send)
        self._folder = tempfile.TemporaryDirectory(prefix="stormproof-worker-")
        self._aligned: tuple[str, AnchoredClock] | None = None
        self._test: str | None = None
        self._is_cancelled = False
        self._session: Session | None = None
        self.is_refused = False
        """Only its master knows, and gives it no users then."""

    def open(self) -> None:
        """Listen to the master, and tell it so until it has heard."""
        self._messenger.listen(Welcome, lambda message, _: self._on_welcome(message))
        self._messenger.listen(Tell, lambda message, _: self._asker.hear(message))
        self._messenger.listen(Written, lambda message, _: self._on_written(message))
        self._messenger.listen(Align, lambda message, _: self._on_align(message), in_turn=False)
        self._messenger.listen(Assignment, lambda message, _: self._on_assignment(message), in_turn=False)
        self._messenger.listen(Stop, lambda message, _: self._on_stop(message), in_turn=False)
        self._greeting = gevent.spawn(self._greet)

    def test_start(self) -> None:
        """The master's assignment has come before, or never comes."""
        if self._session is None or self._session.end is not None:
            _logger.warning("This worker has no share of the load that starts: it sends nothing.")

    def test_stopping(self) -> None:
        """An open load ends before its users do: they only stand by."""
        if self._session is not None and self._load.is_open:
            self._session.close()

    def test_stop(self) -> None:
        """What users did is recorded when the last of them has stopped."""
        if self._session is not None:
            self._session.close()

    def quitting(self) -> None:
        """A signal comes here first; every other end has been through the end of the test."""
        self._greeting.kill()
        if self._session is not None:
            self._session.close(interrupted=True)

    def _greet(self) -> None:
        while True:
            self._messenger.send(Hello(PROTOCOL))
            gevent.sleep(_HELLO_EVERY_S)

    def _on_welcome(self, welcome: Welcome) -> None:
        self._greeting.kill(block=False)
        if welcome.protocol != PROTOCOL:
            _logger.error(
                "The master runs another version of stormproof (protocol %d, here %d): install the same.",
                welcome.protocol,
                PROTOCOL,
            )
        if welcome.is_late:
            _logger.warning(
                "This worker joined after the start of the load that goes on: it has no share of it and "
                "sends nothing until the next one."
            )

    def _on_align(self, align: Align) -> None:
        if self._aligned is not None and self._aligned[0] == align.test:
            return  # asked again before the answer was there
        own = AnchoredClock.anchor()
        self._aligned = (align.test, own)
        warm_up()
        reading = self._asker.measure(own.now_ns)
        if reading is None:
            self._aligned = None
            self._messenger.send(Declined(align.test, "its master does not tell it the time"))
            return
        self._aligned = (align.test, own.shifted(reading.offset_ns))
        self._messenger.send(
            Aligned(align.test, reading.at_ns, reading.offset_ns, reading.residual_ns, self._wanted_index)
        )

    def _on_assignment(self, assignment: Assignment) -> None:
        try:
            self._begin(assignment, self._clock_for(assignment))
        except (ProtocolError, InvalidFile, OSError) as error:
            self._messenger.send(Declined(assignment.test, str(error)))
        except Exception as error:
            _logger.exception("The load cannot start: a defect of the generator")
            self._messenger.send(Declined(assignment.test, f"a defect, see its log: {error!r}"))
        else:
            self._messenger.send(Accepted(assignment.test))

    def _clock_for(self, assignment: Assignment) -> AnchoredClock:
        if self._session is not None and self._session.end is None:
            raise ProtocolError("it has not ended its last share yet")
        if self._aligned is None or self._aligned[0] != assignment.test:
            raise ProtocolError("its clock was not measured for this test")
        return self._aligned[1]

    def _begin(self, assignment: Assignment, clock: AnchoredClock) -> None:
        load = self._unpack(assignment.load, assignment.test)
        share = Share(assignment.index, assignment.count, assignment.start_ns)
        shipper = Shipper(assignment.test, self._messenger.send)
        session = Session(
            load,
            share,
            clock,
            shipper,
            on_record=self._on_record,
            on_end=lambda end: self._ended(end, shipper),
        )
        try:
            session.open()
        except BaseException:
            shipper.close(0)
            raise
        self._test, self._load, self._clock, self._shipper = assignment.test, load, clock, shipper
        self._is_cancelled = False
        self._environment.process_exit_code = None
        self._session = session
        session.start()
        _logger.info("This is %s of %d.", share.worker, share.count)

    def _unpack(self, packed: Mapping[str, Any], test: str) -> Load:
        return unpack_load(packed, self._side, Path(self._folder.name) / test)

    def _on_written(self, written: Written) -> None:
        if written.test == self._test:
            self._shipper.written(written.number)

    def _on_stop(self, stop: Stop) -> None:
        if stop.test != self._test or self._session is None:
            return
        self._is_cancelled = stop.is_cancelled
        if not self._load.is_open:
            # Its users first: what they still do belongs to the load.
            self._runner.stop()
        self._session.close(interrupted=stop.interrupted)

    def _ended(self, end: SessionEnd, shipper: Shipper) -> None:
        if self._is_cancelled:
            shipper.close(0)
            return
        clock = self._asker.measure(self._clock.now_ns)
        self._send_statistics()
        told = End(
            exit_code=end.exit_code,
            handed_out=end.handed_out,
            was_cut=end.was_cut,
            clock=None if clock is None else (clock.at_ns, clock.offset_ns, clock.residual_ns),
        )
        code = end.exit_code
        try:
            shipper.put(END, encode_end(told))
            is_safe = shipper.close(_SAFE_WITHIN_S)
        except OSError:
            is_safe = shipper.close(0)
        if not is_safe:
            _logger.error("The master did not take all records: those that it lacks are lost.")
            code = EXIT_EVIDENCE_LOST
        if code != EXIT_COMPLETED:
            self._environment.process_exit_code = code

    def _send_statistics(self) -> None:
        """Locust's own report, which comes every three seconds only: the master's statistics end with it."""
        data: dict[str, Any] = {}
        self._environment.events.report_to_master.fire(  # type: ignore[no-untyped-call]  # Locust's own
            client_id=self._runner.client_id, data=data
        )
        self._runner.send_message("stats", data)
