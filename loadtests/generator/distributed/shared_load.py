"""One shared test on the master, from the assignments to the last record of the last worker."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import gevent
from gevent.event import Event

from evidence.run_folder import RunFolder
from evidence.run_record import ClockReading, ProcessExit, ScheduledArrivals, WorkerRecord
from loadtests.command import (
    EXIT_COMPLETED,
    EXIT_DEFECT,
    EXIT_EVIDENCE_LOST,
    EXIT_INTERRUPTED,
    EXIT_WORKERS_CHANGED,
)
from loadtests.generator import run_file
from loadtests.generator.distributed.landing import Landing
from loadtests.generator.distributed.protocol import End, Envelope, Message, ProtocolError, Stop, Written
from loadtests.generator.distributed.roster import Member, Roster
from loadtests.generator.load import Load

_logger = logging.getLogger(__name__)

_WATCH_EVERY_S = 0.25
_SHIP_WITHIN_S = 20.0
"""How long a worker may take, after its last answer, until its last record is here."""


@dataclass(frozen=True, slots=True)
class SharedLoad:
    """What was agreed on."""

    test: str
    load: Load
    roster: Roster
    start_ns: int
    folder: RunFolder


class SharedTest:
    """`on_done` is called once, with the exit code, when run.json is complete."""

    def __init__(
        self,
        shared: SharedLoad,
        *,
        now_ns: Callable[[], int],
        send: Callable[[Message, str], None],
        node_states: Callable[[], Mapping[str, str]],
        on_done: Callable[[int], None],
    ) -> None:
        self._shared = shared
        self._now_ns = now_ns
        self._send = send
        self._node_states = node_states
        self._on_done = on_done
        self._landings = {
            member.node: Landing(shared.folder.path, member.worker)
            for member in shared.roster.members.values()
        }
        self._joined_late: list[str] = []
        self._stop_deadline_s: float | None = None
        self._is_interrupted = False
        self._evidence_lost = False
        self._finishing = False
        self._done = Event()

    def open(self, scheduled: tuple[ScheduledArrivals, ...]) -> None:
        """Make the files, describe the run, watch the workers. Raises OSError."""
        shared = self._shared
        for landing in self._landings.values():
            landing.open()
        run_file.begin_run(
            shared.folder,
            shared.load,
            scheduled,
            now_ns=self._now_ns(),
            load_start_ns=shared.start_ns,
            workers=self._worker_records(),
        )
        self._watching = gevent.spawn(self._watch)

    @property
    def nodes(self) -> frozenset[str]:
        """Who has a share."""
        return frozenset(self._shared.roster.members)

    @property
    def is_done(self) -> bool:
        """run.json is complete."""
        return bool(self._done.is_set())

    def joined(self, node: str) -> None:
        """A worker without a share has come: who takes part is not what it was at the start."""
        if node in self._joined_late or self.is_done:
            return
        self._joined_late.append(node)
        _logger.error(
            "Worker %s joined after the start of the load: it has no share of it. Start a load when all its "
            "workers are there (--expect-workers says how many).",
            node,
        )
        self._look()

    def take(self, envelope: Envelope, node: str) -> None:
        """What a worker sent."""
        member = self._shared.roster.members.get(node)
        if member is None or envelope.test != self._shared.test:
            return
        landing = self._landings[node]
        had_ended = landing.end is not None
        try:
            landing.take(envelope)
        except ProtocolError as error:
            member.lost = f"what it sent cannot be read: {error}"
        except OSError as error:
            self._evidence_failed(error)
        self._send(Written(envelope.test, landing.written), node)
        if landing.end is not None and not had_ended:
            self._ended(member, landing.end)
        self._look()

    def stop(self, *, interrupted: bool = False) -> None:
        """End the shares of all who are still there; returns when run.json is complete."""
        self._is_interrupted |= interrupted
        if self._stop_deadline_s is None:
            # Who has left already sends nothing more.
            self._observe()
            self._stop_members()
        self._look()
        self._done.wait()

    def wait(self, timeout_s: float) -> None:
        """Until all have come to their end by themselves, at most so long."""
        self._done.wait(timeout_s)

    def _watch(self) -> None:
        while not self._finishing:
            gevent.sleep(_WATCH_EVERY_S)
            self._observe()
            if self._stop_deadline_s is not None:
                self._remind(self._stop_deadline_s)
            self._look()

    def _remind(self, deadline_s: float) -> None:
        """A network that broke may have lost what they were told."""
        if time.monotonic() > deadline_s:
            for member in self._shared.roster.awaited:
                member.lost = "it did not come to its end although it was told to"
        self._tell_to_stop()

    def _observe(self) -> None:
        for member in self._shared.roster.observe(self._node_states(), time.monotonic()):
            _logger.error("%s (%s) is lost: %s.", member.worker, member.node, member.lost)

    def _ended(self, member: Member, end: End) -> None:
        member.has_ended = True
        ended_early = end.was_cut or self._shared.load.duration_s is None
        if ended_early and self._stop_deadline_s is None:
            member.lost = f"it was stopped before the end of its share (exit code {end.exit_code})"

    def _look(self) -> None:
        if self._finishing:
            return
        roster = self._shared.roster
        if not roster.awaited:
            self._finishing = True
            gevent.spawn(self._finish)
        elif self._stop_deadline_s is None and (self._has_changed or self._evidence_lost):
            if self._has_changed:
                _logger.error("The run is not evidence any more: it stops here.")
            self._stop_members()

    @property
    def _has_changed(self) -> bool:
        """Somebody left, or came."""
        return bool(self._shared.roster.lost or self._joined_late)

    def _stop_members(self) -> None:
        self._stop_deadline_s = time.monotonic() + self._shared.load.longest_drain_s + _SHIP_WITHIN_S
        self._tell_to_stop()

    def _tell_to_stop(self) -> None:
        for member in self._shared.roster.awaited:
            self._send(Stop(self._shared.test, self._is_interrupted, is_cancelled=False), member.node)

    def _evidence_failed(self, error: OSError) -> None:
        if not self._evidence_lost:
            _logger.error(  # the trace says nothing more
                "The evidence cannot be written: %s. The run stops here; what was recorded can be read. "
                "Make room there and run again.",
                error,
            )
        self._evidence_lost = True

    def _finish(self) -> None:
        code = EXIT_DEFECT
        try:
            code = self._finished()
        except Exception:
            _logger.exception("The run could not be ended: a defect of the generator")
        self._on_done(code)
        self._done.set()

    def _finished(self) -> int:
        for landing in self._landings.values():
            try:
                landing.close()
            except OSError as error:
                self._evidence_failed(error)
        try:
            self._describe_end()
        except OSError as error:
            self._evidence_failed(error)
        _logger.info("The evidence is in %s", self._shared.folder.path)
        return self._exit_code()

    def _exit_code(self) -> int:
        codes = {end.exit_code for end in self._ends.values()}
        for code in (EXIT_DEFECT, EXIT_EVIDENCE_LOST):
            if code in codes or (code == EXIT_EVIDENCE_LOST and self._evidence_lost):
                return code
        if self._is_interrupted and EXIT_INTERRUPTED in codes:
            return EXIT_INTERRUPTED
        return EXIT_WORKERS_CHANGED if self._has_changed else EXIT_COMPLETED

    def _describe_end(self) -> None:
        ends, roster, begun = self._ends, self._shared.roster, self._shared.folder.read_run()
        record = run_file.ended(
            begun,
            now_ns=self._now_ns(),
            exits=(
                ProcessExit(f"generator-{member.worker}", ends[node].exit_code if node in ends else None)
                for node, member in roster.members.items()
            ),
            launched=(
                ScheduledArrivals(roster.members[node].worker, end.handed_out)
                for node, end in ends.items()
                if (end.was_cut or not begun.scheduled) and roster.members[node].lost is None
            ),
            interrupted=any(end.was_cut for end in ends.values())
            and (self._is_interrupted or not (self._has_changed or self._evidence_lost)),
        )
        self._shared.folder.write_run(
            replace(record, workers=self._worker_records(), joined_late=tuple(self._joined_late))
        )

    @property
    def _ends(self) -> Mapping[str, End]:
        return {node: landing.end for node, landing in self._landings.items() if landing.end is not None}

    def _worker_records(self) -> tuple[WorkerRecord, ...]:
        return tuple(self._worker_record(member) for member in self._shared.roster.members.values())

    def _worker_record(self, member: Member) -> WorkerRecord:
        end = self._ends.get(member.node)
        return WorkerRecord(
            worker=member.worker,
            node=member.node,
            clock_at_start=member.clock_at_start,
            clock_at_end=None if end is None or end.clock is None else ClockReading(*end.clock),
            lost=member.lost,
        )
