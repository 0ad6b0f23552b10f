"""One load from its first arrival to its last record."""

import gc
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import gevent

from evidence.clock import AnchoredClock
from evidence.request_record import RequestRecord
from evidence.run_folder import RunFolder, create_run_folder
from evidence.run_record import ScheduledArrivals
from evidence.tenants_record import Tenant
from loadtests.arrivals import arrivals, worker_share
from loadtests.command import EXIT_COMPLETED, EXIT_EVIDENCE_LOST, EXIT_INTERRUPTED, GeneratorOptions
from loadtests.generator import run_file
from loadtests.generator.capacity import DRAIN_MARGIN_S, Capacity, allowed_capacity, capacity_for
from loadtests.generator.connections import Connections
from loadtests.generator.dispatcher import Dispatcher
from loadtests.generator.flights import Flights
from loadtests.generator.gauges import Gauges
from loadtests.generator.live_meter import LiveMeter
from loadtests.generator.pulse import Pulse
from loadtests.generator.recorder import Recorder, warm_up
from loadtests.generator.target import Target
from loadtests.operations.operation import Acknowledged
from loadtests.request_plan import RequestPlan
from loadtests.scenario import Scenario, worker_name

_logger = logging.getLogger(__name__)

_LEAD_S = 1.0
"""From the end of the preparations to the first instant of the schedule, unless the start is given."""


@dataclass(frozen=True, slots=True)
class Load:
    """Everything that is read before the load begins."""

    scenario: Scenario
    options: GeneratorOptions
    target: Target
    tenants: Mapping[str, tuple[Tenant, ...]]
    """By tier, as many as the scenario uses."""
    words: tuple[str, ...]


class Session:
    """Prepared by open(), walked by run(), ended by close() from wherever the end comes."""

    def __init__(
        self, load: Load, clock: AnchoredClock, on_record: Callable[[RequestRecord, str], None]
    ) -> None:
        self._load = load
        self._clock = clock
        self._on_record = on_record
        self._worker = worker_name(load.options.worker_index)
        self._claimed = False
        self._evidence_lost = False
        self._interrupted = False
        self._closing: gevent.Greenlet | None = None
        self.exit_code: int | None = None
        """What the process should exit with; None before the end."""

    def open(self, runs_dir: Path) -> RunFolder:
        """Prepare everything that would disturb the load later, and fix the instant it starts at.

        Raises OSError: the run folder cannot be written, this worker has recorded in it before, or the
        target's name cannot be resolved.
        """
        scenario, options, clock = self._load.scenario, self._load.options, self._clock
        warm_up()
        connections = Connections(self._load.target, scenario.timeout_s, clock.now_ns)
        connections.open()
        rate_per_s = scenario.rate_per_s / options.worker_count
        capacity = allowed_capacity(capacity_for(rate_per_s, scenario.timeout_s))
        now_ns = clock.now_ns()
        self._folder = (
            RunFolder(options.run_dir)
            if options.run_dir
            else create_run_folder(runs_dir, scenario.name, now_ns)
        )
        self._recorder = Recorder(self._folder.path, self._worker, self._evidence_failed)
        self._recorder.open()
        start_ns = options.start_at_ns or now_ns + int(_LEAD_S * 1e9)
        self._describes_run = not self._folder.run_file.exists() and options.worker_index == 0
        if self._describes_run:
            run_file.write_start(self._folder, scenario, options, now_ns, start_ns)
        self._connections = connections
        self._gauges = Gauges(clock.now_ns)
        self._meter = LiveMeter(self._worker, start_ns)
        self._flights = self._make_flights(capacity, start_ns)
        share = worker_share(
            arrivals(scenario.streams, scenario.duration_s, options.seed),
            options.worker_index,
            options.worker_count,
        )
        self._dispatcher = Dispatcher(share, start_ns, clock.now_ns, self._flights.launch)
        self._flights.open()
        gc.collect()
        gc.freeze()
        self._pulse = self._make_pulse(start_ns)
        self._pulse.open()
        if start_ns < clock.now_ns():
            _logger.warning("The start instant has passed: the first arrivals are sent late, and count so.")
        return self._folder

    def run(self) -> bool:
        """Dispatch the schedule to its end or to a stop, and close. False for whoever comes second: a
        schedule is sent once.
        """
        if self._claimed:
            return False
        self._claimed = True
        self._dispatcher.run()
        self.close()
        return True

    def close(self, *, interrupted: bool = False) -> None:
        """Stop dispatching, wait for answers for a bounded time, account for every arrival, end the files.

        May be called again and from several places; all return when it is done. A caller that is killed
        while it waits does not end the closing.
        """
        if self._closing is None:
            self._interrupted = interrupted
            self._closing = gevent.spawn(self._close)
        self._closing.join()

    def _make_flights(self, capacity: Capacity, start_ns: int) -> Flights:
        load = self._load
        acknowledged = Acknowledged()
        plan = RequestPlan(
            load.scenario,
            load.tenants,
            load.words,
            seed=load.options.seed,
            worker_index=load.options.worker_index,
            acknowledged=acknowledged,
        )
        return Flights(
            worker=self._worker,
            target=load.target.url,
            capacity=capacity,
            start_ns=start_ns,
            now_ns=self._clock.now_ns,
            plan=plan,
            connections=self._connections,
            recorder=self._recorder,
            gauges=self._gauges,
            meter=self._meter,
            acknowledged=acknowledged,
            on_record=self._on_record,
        )

    def _make_pulse(self, start_ns: int) -> Pulse:
        return Pulse(
            worker=self._worker,
            start_ns=start_ns,
            now_ns=self._clock.now_ns,
            gauges=self._gauges,
            meter=self._meter,
            recorder=self._recorder,
            in_flight=lambda: self._flights.in_flight,
            called_for=self._dispatcher.due_by,
        )

    def _close(self) -> None:
        stopped_ns = self._clock.now_ns()
        self._dispatcher.stop()
        for sequence, arrival in self._dispatcher.left_until(stopped_ns):
            self._flights.refuse(sequence, arrival, "the run was stopped before it was sent")
        self._flights.drain(self._load.scenario.timeout_s + DRAIN_MARGIN_S)
        self._connections.close()
        self._pulse.close()
        was_cut = not self._dispatcher.completed
        code = EXIT_INTERRUPTED if self._interrupted and was_cut else EXIT_COMPLETED
        try:
            self._recorder.close()
        except OSError as error:
            self._evidence_failed(error)
        self.exit_code = EXIT_EVIDENCE_LOST if self._evidence_lost else code
        if self._describes_run:
            launched = ScheduledArrivals(self._worker, self._dispatcher.handed_out) if was_cut else None
            run_file.write_end(
                self._folder,
                now_ns=self._clock.now_ns(),
                exit_code=self.exit_code,
                worker=self._worker,
                launched=launched,
            )
        _logger.info("The evidence is in %s", self._folder.path)

    def _evidence_failed(self, error: OSError) -> None:
        self._evidence_lost = True
        _logger.error(
            "The evidence cannot be written to %s: %s. The run stops here; what was recorded can be read. "
            "Make room on that disk and run again.",
            self._folder.path,
            error,
        )
        self._dispatcher.stop()
