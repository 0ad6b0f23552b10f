"""From the start of Locust's test to its end, for a Locust that sends by itself."""

import logging
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import gevent
from locust.env import Environment

from evidence.clock import AnchoredClock
from evidence.errors import InvalidFile, Problem
from evidence.home import InvalidSetting
from evidence.request_record import RequestRecord
from evidence.run_folder import RunFolder, create_run_folder
from evidence.run_record import ProcessExit, ScheduledArrivals
from loadtests.command import (
    EXIT_COMPLETED,
    EXIT_DEFECT,
    EXIT_EVIDENCE_LOST,
    EXIT_INTERRUPTED,
    EXIT_WRONG_INPUT,
)
from loadtests.generator import run_file
from loadtests.generator.arguments import COMMAND_LINE, Options, read_options
from loadtests.generator.live_view import LiveView, shows_view
from loadtests.generator.load import Load
from loadtests.generator.load_reading import read_load, tell_what_has_no_effect
from loadtests.generator.locust_end import end_test, end_test_after
from loadtests.generator.locustfiles.locust_side import LocustSide
from loadtests.generator.record_store import FolderStore
from loadtests.generator.recorder import warm_up
from loadtests.generator.session import Session, SessionEnd
from loadtests.generator.share import Share

_logger = logging.getLogger(__name__)

RUNS_DIR = Path("runs")
_LEAD_S = 1.0
"""From the end of the preparations to the first instant of the schedule, unless the start is given."""
_LATE_START_S = 5.0
"""How much later than Locust's own clock of --run-time a schedule may begin."""
WRONG_INPUT = (InvalidFile, InvalidSetting, OSError)
"""What stands in the way of a load and is not a defect of ours."""

OnRecord = Callable[[RequestRecord, str], None]


class Conductor(Protocol):
    """What Locust's life cycle calls; each of its roles has its own."""

    is_refused: bool
    """The load of the test that began could not start: no user may send anything."""

    def test_start(self) -> None:
        """A test begins."""
        ...

    def test_stopping(self) -> None:
        """A test is about to end; users still run."""
        ...

    def test_stop(self) -> None:
        """A test has ended; no user runs any more."""
        ...

    def quitting(self) -> None:
        """The process ends: a signal came, or all is done."""
        ...


class LocalConductor:
    """Sends by itself and records into a run folder. Locust's web UI may start several tests in turn."""

    def __init__(self, side: LocustSide, parsed: Namespace, on_record: OnRecord) -> None:
        self._side = side
        self._environment = side.environment
        self._parsed = parsed
        self._on_record = on_record
        self._session: Session | None = None
        self._view: LiveView | None = None
        self.is_refused = False

    def test_start(self) -> None:
        """Prepare the load and begin; whatever stands in the way ends the test with its reason."""
        self._session = None
        self._limit = gevent.Greenlet()
        self._is_stopping = False
        self.is_refused = True
        self._environment.process_exit_code = None
        try:
            options = read_options(self._parsed)
            load = read_load(self._side, options)
            tell_what_has_no_effect(self._parsed, load)
            self._begin(load, options)
            self.is_refused = False
        except WRONG_INPUT as error:
            _logger.error("The load cannot start: %s", error)  # noqa: TRY400 -- the reason, without a trace
            end_test(self._environment, EXIT_WRONG_INPUT)
        except Exception:
            _logger.exception("The load cannot start: a defect of the generator")
            end_test(self._environment, EXIT_DEFECT)
        except BaseException:
            tell_cut_before_it_began(self._environment)
            raise

    def test_stopping(self) -> None:
        """An open load ends before its users do: they only stand by."""
        self._is_stopping = True
        self._limit.kill(block=False)
        if self._session is not None and self._load.is_open:
            start_ns, now_ns = self._share.start_ns, self._clock.now_ns()
            if is_ending(self._load, start_ns, now_ns, run_time_s=self._run_time_s):
                self._session.wait()
            self._session.close()

    def test_stop(self) -> None:
        """What users did is recorded when the last of them has stopped."""
        if self._session is not None:
            self._session.close()

    def quitting(self) -> None:
        """A signal comes here first; every other end has been through the end of the test."""
        self._is_stopping = True
        if self._session is not None:
            self._session.close(interrupted=True)
        elif self.is_refused:
            tell_cut_before_it_began(self._environment)

    def _begin(self, load: Load, options: Options) -> None:
        warm_up()
        scheduled = load.scheduled(options.worker_count)
        require_arrivals(load, scheduled)
        clock = AnchoredClock.anchor()
        now_ns = clock.now_ns()
        folder = RunFolder(options.run_dir) if options.run_dir else new_folder(load, now_ns)
        start_ns = options.start_at_ns or now_ns + (int(_LEAD_S * 1e9) if load.is_open else 0)
        share = Share(options.worker_index, options.worker_count, start_ns)
        session = Session(
            load, share, clock, FolderStore(folder.path), on_record=self._on_record, on_end=self._ended
        )
        try:
            session.open()
        except BaseException:
            if options.run_dir is None:
                remove_if_empty(folder)
            raise
        # The first one describes the run, unless who started it did.
        self._describes_run = not folder.run_file.exists() and share.index == 0
        if self._describes_run:
            run_file.begin_run(folder, load, scheduled, now_ns=now_ns, load_start_ns=start_ns)
        self._load, self._share, self._clock, self._folder = load, share, clock, folder
        self._run_time_s = options.run_time_s
        self._session = session
        session.start()
        if shows_view(self._parsed):
            self._view = LiveView(folder.path, load.duration_s)
            self._view.open()
        gevent.spawn(self._leave_after, session)
        self._limit = run_time_limit(self._environment, load, options)

    def _leave_after(self, session: Session) -> None:
        session.wait()
        if not self._is_stopping:
            end_test(self._environment)

    def _ended(self, end: SessionEnd) -> None:
        if self._view is not None:
            self._view.close()
        code = end.exit_code
        try:
            self._describe_end(end)
        except OSError:
            _logger.exception("run.json cannot be completed")
            code = EXIT_EVIDENCE_LOST
        if code != EXIT_COMPLETED:
            self._environment.process_exit_code = code
        _logger.info("The evidence is in %s", self._folder.path)

    def _describe_end(self, end: SessionEnd) -> None:
        if self._describes_run:
            begun = self._folder.read_run()
            launched = ScheduledArrivals(self._share.worker, end.handed_out)
            record = run_file.ended(
                begun,
                now_ns=self._clock.now_ns(),
                exits=(ProcessExit(f"generator-{self._share.worker}", end.exit_code),),
                launched=(launched,) if end.was_cut or not begun.scheduled else (),
                interrupted=end.was_cut,
            )
            self._folder.write_run(record)


def tell_cut_before_it_began(environment: Environment) -> None:
    """A test that was cut while it was prepared has sent nothing, which is no success."""
    if environment.process_exit_code is None:
        _logger.error("The test was stopped before its load began: nothing was sent.")
        environment.process_exit_code = EXIT_INTERRUPTED


def is_ending(load: Load, start_ns: int, now_ns: int, *, run_time_s: float | None) -> bool:
    """Locust's --run-time counts from before its own start, the schedule from after it: a stop that comes at
    that limit lets the schedule come to its end.
    """
    if run_time_s is None or load.duration_s is None or not load.is_open:
        return False
    return start_ns + load.duration_s * 1e9 - now_ns < _LATE_START_S * 1e9


def require_arrivals(load: Load, scheduled: tuple[ScheduledArrivals, ...]) -> None:
    """A schedule that brings nothing leaves nothing to judge. Raises InvalidFile."""
    if scheduled and not any(one.arrivals for one in scheduled):
        value = f"no arrival in {load.duration_s:g} s" if load.duration_s is not None else "no arrival"
        problem = Problem("the schedule", value, f"{load.name} must bring at least one")
        raise InvalidFile(
            COMMAND_LINE, (problem,), "Let it be longer, raise its rates, or try another --seed."
        )


def run_time_limit(environment: Environment, load: Load, options: Options) -> gevent.Greenlet:
    """What ends the test of users who would go on for ever; a schedule has an end of its own."""
    if load.is_open or load.duration_s is None or not options.ends_by_itself:
        return gevent.Greenlet()
    return end_test_after(environment, load.duration_s)


def remove_if_empty(folder: RunFolder) -> None:
    """No evidence, no folder."""
    with suppress(OSError):
        folder.path.rmdir()


def new_folder(load: Load, now_ns: int) -> RunFolder:
    """Below runs/, where Locust was started."""
    return create_run_folder(RUNS_DIR, load.name, now_ns)
