"""Every arrival of open users, from its dispatch to its records."""

import logging
import random
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import gevent
from locust import User
from locust.env import Environment
from locust.exception import StopTest, StopUser

from loadtests.arrivals import Arrival
from loadtests.generator.capacity import Capacity
from loadtests.generator.load import Recording
from loadtests.generator.locust_end import end_test
from loadtests.generator.locustfiles.lineage import lineage
from loadtests.generator.locustfiles.one_task import run_one_task
from loadtests.generator.locustfiles.request_event import read_event
from loadtests.generator.locustfiles.user_pool import UserPool
from loadtests.generator.locustfiles.visit import NO_ANSWER, Visit
from loadtests.generator.share import Share

_logger = logging.getLogger(__name__)


class Visits:
    """Launches a greenlet for each arrival, in which a user does a task; `on_request` is to be told of every
    request that any user reports.
    """

    def __init__(  # noqa: PLR0913 -- the parts that an arrival passes through
        self,
        *,
        environment: Environment,
        target: str,
        share: Share,
        capacity: Capacity,
        seed: int,
        pool: UserPool,
        recording: Recording,
    ) -> None:
        self._environment = environment
        self._target = target
        self._share = share
        self._capacity = capacity
        self._seed = seed
        self._pool = pool
        self._recording = recording
        self._now_ns: Callable[[], int] = recording.now_ns
        self._under_way: dict[int, Visit] = {}
        self._of_greenlet: WeakKeyDictionary[gevent.Greenlet, Visit] = WeakKeyDictionary()

    @property
    def in_flight(self) -> int:
        """Arrivals that are being served."""
        return len(self._under_way)

    def launch(self, sequence: int, arrival: Arrival) -> None:
        """Have one arrival served now; where too many are, it is recorded as undelivered: waiting for room
        would hold back the schedule and flatter the target.
        """
        if self.in_flight >= self._capacity.requests:
            self._recording.gauges.refused(self._capacity.limit)
            self.refuse(sequence, arrival, f"{self._capacity.requests} arrivals were being served already")
            return
        visit = self._visit(sequence, arrival)
        self._under_way[sequence] = visit
        visit.greenlet = gevent.spawn(self._serve, visit)
        self._of_greenlet[visit.greenlet] = visit

    def refuse(self, sequence: int, arrival: Arrival, reason: str) -> None:
        """Record an arrival that nobody serves."""
        self._record_bare(self._visit(sequence, arrival), reason)

    def on_request(self, told: dict[str, Any]) -> dict[str, Any]:
        """A request was made; gives what Locust is to hear of it: latency from the intended instant."""
        visit = next((self._of_greenlet[one] for one in lineage() if one in self._of_greenlet), None)
        if visit is None:
            return told
        step = visit.steps
        visit.steps += 1
        event = read_event(told, now_ns=self._now_ns(), wall_ns=time.time_ns(), host=self._target)
        record = event.record(
            worker=self._share.worker,
            sequence=visit.sequence,
            step=step,
            persona=visit.arrival.persona,
            intended_ns=None if step else visit.intended_ns,
        )
        self._recording.request(record)
        return {**told, "response_time": (event.ended_ns - record.intended_ns) / 1e6}

    def drain(self, timeout_s: float) -> None:
        """Let those that are under way come to their end, for so long; end the rest."""
        deadline_ns = self._now_ns() + int(timeout_s * 1e9)
        while self._under_way and (left_ns := deadline_ns - self._now_ns()) > 0:
            greenlets = [visit.greenlet for visit in self._under_way.values() if visit.greenlet]
            gevent.joinall(greenlets, timeout=left_ns / 1e9)
        for visit in list(self._under_way.values()):
            self._under_way.pop(visit.sequence, None)
            if visit.greenlet is not None:
                visit.greenlet.kill(block=False)
            if not visit.steps:
                self._record_bare(visit, NO_ANSWER)

    def _visit(self, sequence: int, arrival: Arrival) -> Visit:
        return Visit(sequence, arrival, self._share.start_ns + arrival.offset_ns)

    def _serve(self, visit: Visit) -> None:
        failure = self._served(visit)
        # What is told of it from now on is ours, and no request of its user's.
        self._of_greenlet.pop(visit.greenlet, None)
        if self._under_way.pop(visit.sequence, None) is not None and not visit.steps:
            self._record_bare(visit, failure or "its task made no request")

    def _served(self, visit: Visit) -> str | None:
        """What went wrong, if something did."""
        visit.began_ns = self._now_ns()
        # random.Random's sequence for an integer seed is the same in every Python since 3.2.
        draw = random.Random((self._seed << 64) + visit.arrival.index)  # noqa: S311 -- load, not secrets
        user: User | None = None
        try:
            user = self._pool.take(visit.arrival.persona)
            run_one_task(user, draw)
        except StopUser:
            if user is not None:
                user.on_stop()  # type: ignore[no-untyped-call]  # Locust's own, in part
            return "its user stopped itself"
        except StopTest as error:
            _logger.error("%s: the test stops here.", error)  # noqa: TRY400 -- asked for by the locustfile
            end_test(self._environment)
            return "the test was stopped"
        except Exception as error:
            _logger.exception("A task of %s failed", visit.arrival.persona)
            self._environment.events.user_error.fire(  # type: ignore[no-untyped-call]  # Locust's own
                user_instance=user, exception=error, tb=error.__traceback__
            )
            if user is not None:
                self._pool.give_back(user)
            return f"its task failed: {error!r}"
        else:
            self._pool.give_back(user)
            return None

    def _record_bare(self, visit: Visit, detail: str) -> None:
        record = visit.bare_record(
            worker=self._share.worker, target=self._target, ended_ns=self._now_ns(), detail=detail
        )
        self._recording.request(record)
        self._recording.on_record(record, "")
