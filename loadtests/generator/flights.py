"""Every arrival from its dispatch to its record: none is lost, whatever becomes of it."""

import logging
from collections import deque
from collections.abc import Callable

import gevent
from gevent.event import Event

from evidence.request_record import Outcome, RequestRecord
from loadtests.arrivals import Arrival
from loadtests.classification import Classification
from loadtests.generator.capacity import Capacity
from loadtests.generator.carriers import Carriers
from loadtests.generator.destinations import Destinations
from loadtests.generator.flight import Flight
from loadtests.generator.gauges import Gauges
from loadtests.generator.judge import Judge
from loadtests.generator.live_meter import LiveMeter
from loadtests.generator.recorder import Recorder
from loadtests.generator.waiting_sessions import WaitingSessions
from loadtests.operations.acknowledged import Acknowledged
from loadtests.request_plan import RequestPlan

_logger = logging.getLogger(__name__)

_LANDED_AT_A_TIME = 8
"""Records made before the hub gets a turn: about half a millisecond."""
_LOOKED_EVERY_S = 0.005
"""At the end: whether everything has landed."""


class Flights:
    """Gives each arrival a greenlet that carries it, and records what it comes back with.

    The greenlet only stamps the end of its exchange; checking and recording the answer comes after, in a
    greenlet of its own, so that answers that arrive together do not wait for each other's bookkeeping.

    There it is decided, too, what follows in a session. Its next request is intended a think time after the
    end of this one: what the generator itself spends of that counts as latency.
    """

    def __init__(  # noqa: PLR0913 -- the parts that an arrival passes through
        self,
        *,
        worker: str,
        capacity: Capacity,
        start_ns: int,
        now_ns: Callable[[], int],
        plan: RequestPlan,
        destinations: Destinations,
        recorder: Recorder,
        gauges: Gauges,
        meter: LiveMeter,
        acknowledged: Acknowledged,
        on_record: Callable[[RequestRecord, str], None],
    ) -> None:
        self._worker = worker
        self._capacity = capacity
        self._start_ns = start_ns
        self._now_ns = now_ns
        self._plan = plan
        self._destinations = destinations
        self._recorder = recorder
        self._gauges = gauges
        self._judge = Judge(worker, recorder, acknowledged)
        self._meter = meter
        self._on_record = on_record
        self._in_flight: dict[int, Flight] = {}
        self._landed: deque[Flight] = deque()
        self._sessions = WaitingSessions(now_ns, self._send_step)
        self._something_landed = Event()
        self._carriers = Carriers(self._fly)
        self._recording = gevent.Greenlet(self._record_landed)

    @property
    def in_flight(self) -> int:
        """Requests that were dispatched and are not recorded yet."""
        return len(self._in_flight) + len(self._landed)

    def open(self) -> None:
        """Start recording what lands."""
        self._recording.start()

    def launch(self, sequence: int, arrival: Arrival) -> None:
        """Send one arrival now. Where all capacity is in the air it is recorded as undelivered: waiting for
        room would hold back the schedule and flatter the target.
        """
        if self.in_flight >= self._capacity.requests:
            self._gauges.refused(self._capacity.limit)
            self.refuse(sequence, arrival, f"{self._capacity.requests} requests were in flight already")
            return
        flight = Flight(sequence, arrival, self._start_ns + arrival.offset_ns)
        self._in_flight[sequence] = flight
        flight.greenlet = self._carriers.carry(flight)

    def _send_step(self, flight: Flight) -> None:
        """In the greenlet that waited for its instant."""
        if self.in_flight >= self._capacity.requests:
            self._gauges.refused(self._capacity.limit)
            reason = f"{self._capacity.requests} requests were in flight already; the session ends"
            self._land_unsent(flight, reason)
            return
        self._in_flight[flight.sequence] = flight
        self._fly(flight)

    def refuse(self, sequence: int, arrival: Arrival, reason: str) -> None:
        """Record an arrival that is never sent."""
        self._land_unsent(Flight(sequence, arrival, self._start_ns + arrival.offset_ns), reason)

    def drain(self, timeout_s: float) -> None:
        """Wait for what is in the air, and for sessions to end, then record the rest as what it is by now."""
        deadline_ns = self._now_ns() + int(timeout_s * 1e9)
        self._sessions.end_at(deadline_ns)
        # What has landed counts, too: a session may go on once its answer is recorded.
        while (self.in_flight or len(self._sessions)) and self._now_ns() < deadline_ns:
            gevent.sleep(_LOOKED_EVERY_S)
        self._sessions.drop_all()
        self._abandon()
        self._recording.kill()
        while self._landed:
            self._record(_LANDED_AT_A_TIME)
            gevent.sleep(0)
        self._sessions.drop_all()
        self._carriers.close()

    def _abandon(self) -> None:
        for flight in list(self._in_flight.values()):
            if self._in_flight.pop(flight.sequence, None) is None:
                continue
            if flight.greenlet is not None:
                flight.greenlet.kill(block=False)
            if flight.started_ns is None:
                self._land_unsent(flight, "not sent by the end of the run")
            else:
                self._make_record(
                    flight, Classification(Outcome.TIMEOUT, detail="no answer by the end of the run")
                )

    def _fly(self, flight: Flight) -> None:
        if self._in_flight.get(flight.sequence) is not flight:
            return  # given up before its carrier got a turn
        try:
            choice = flight.choice = flight.choice or self._plan.choose(flight.arrival)
            flight.attempt = self._plan.attempt(choice, flight.place)
            flight.started_ns = self._now_ns()
            flight.exchange = self._destinations.exchange(
                choice.target, flight.attempt.request, choice.address
            )
            flight.started_ns = flight.exchange.started_ns
            if flight.exchange.refused_by is not None:
                self._gauges.refused(flight.exchange.refused_by)
        except Exception as error:
            # A defect of ours, or a scenario that the checks let through: the arrival has its record still.
            _logger.exception("arrival %d could not be sent", flight.sequence)
            if self._in_flight.pop(flight.sequence, None) is not None:
                self._land_unsent(flight, f"the generator failed: {error!r}")
            return
        if self._in_flight.pop(flight.sequence, None) is not None:
            self._landed.append(flight)
            self._something_landed.set()

    def _record_landed(self) -> None:
        while True:
            self._something_landed.wait()
            self._record(_LANDED_AT_A_TIME)
            if self._landed:
                gevent.sleep(0)
            else:
                self._something_landed.clear()

    def _record(self, at_most: int) -> None:
        for _ in range(min(at_most, len(self._landed))):
            flight = self._landed.popleft()
            classification, following = self._judge.judge(flight)
            self._make_record(flight, classification)
            if following.think_s is not None and flight.exchange is not None and flight.choice is not None:
                intended_ns = flight.exchange.ended_ns + int(following.think_s * 1e9)
                choice = self._plan.choose_next(flight.choice)
                self._sessions.add(flight.next_of_session(choice, intended_ns))

    def _land_unsent(self, flight: Flight, reason: str) -> None:
        self._make_record(flight, Classification(Outcome.UNDELIVERED, detail=reason))

    def _make_record(self, flight: Flight, classification: Classification) -> None:
        choice = flight.choice or self._plan.choose(flight.arrival)
        ended_ns = self._now_ns() if flight.exchange is None else flight.exchange.ended_ns
        record = flight.record(
            worker=self._worker,
            target=self._destinations.called(choice.target),
            choice=choice,
            classification=classification,
            ended_ns=ended_ns,
        )
        self._meter.landed(record)
        self._recorder.request(record)
        method = flight.attempt.request.method if flight.attempt else ""
        self._on_record(record, method)
