"""Sessions wait for the instants of their steps."""

import time

import gevent
from gevent.event import AsyncResult

from loadtests.arrivals import Arrival
from loadtests.generator.flight import Flight
from loadtests.generator.waiting_sessions import WaitingSessions

BUSY_S = 0.05


def test_no_step_is_sent_before_its_instant_by_a_loop_that_was_busy() -> None:
    sent_ns: AsyncResult[int] = AsyncResult()
    sessions = WaitingSessions(time.monotonic_ns, lambda _: sent_ns.set(time.monotonic_ns()))
    gevent.sleep(0.001)  # the loop looks at its clock
    busy_until_s = time.monotonic() + BUSY_S
    while time.monotonic() < busy_until_s:
        pass
    intended_ns = time.monotonic_ns() + int(2 * BUSY_S * 1e9)
    sessions.add(Flight(0, Arrival(0, 0, "visitor", 0), intended_ns, step=1))
    assert sent_ns.get(timeout=10) >= intended_ns
