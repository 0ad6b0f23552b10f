"""The generator with something wrong with it: python unruly_generator.py FAULT [Locust's arguments].

clock-step     the wall clock is set two seconds forward while the load goes on
collections    garbage is collected five times a second, among a million objects
blocking       something in the process blocks for 50 ms five times a second
"""

import gc
import sys
import time
from collections.abc import Callable

import gevent
from gevent import monkey
from locust import events, main

_BEGINS_AFTER_S = 3.0
"""The load goes on by then."""
_EVERY_S = 0.2
_kept: list[list[int]] = []


_true_ns = time.time_ns
_step_ns = [0]
time.time_ns = lambda: _true_ns() + _step_ns[0]  # before anybody takes hold of it


def clock_step() -> None:
    """As a time server, or an administrator, does it."""
    _step_ns[0] = 2_000_000_000


def collections() -> None:
    """As a locustfile does that keeps what it met."""
    _kept.extend([number] for number in range(1_000_000))
    _again_and_again(gc.collect)


def blocking() -> None:
    """As a call does that gevent does not know of."""
    sleep = monkey.get_original("time", "sleep")
    _again_and_again(lambda: sleep(0.05))


def _again_and_again(action: Callable[[], object]) -> None:
    while True:
        action()
        gevent.sleep(_EVERY_S)


FAULTS: dict[str, Callable[[], None]] = {
    "clock-step": clock_step,
    "collections": collections,
    "blocking": blocking,
}


def start(fault: Callable[[], None]) -> None:
    """Let it begin with the test."""
    events.test_start.add_listener(lambda **_: gevent.spawn_later(_BEGINS_AFTER_S, fault))  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    start(FAULTS[sys.argv.pop(1)])
    main.main()  # type: ignore[no-untyped-call]
