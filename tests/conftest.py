"""What all rooms' tests share: one real stack for the whole session."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import stack
from evidence.home import Home, resolve_home

# A stack of the tests' own, beside one that may be up; also for pytest called without make.
os.environ.setdefault("STORMPROOF_PORT_BASE", "24000")

# A shell's background job ignores it, and so would every process that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples each time, however slow the machine: who sees a test fail has changed something.
# New examples are looked for by `make proof`.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("repeatable"), derandomize=False, max_examples=2000)
settings.load_profile("repeatable")


@dataclass(frozen=True, slots=True)
class RealStack:
    """A stack that is up: Elasticsearch, PostgreSQL, two Redis and Toxiproxy before them."""

    home: Home

    @property
    def port_base(self) -> int:
        """First port of the stack."""
        return self.home.port_base

    @property
    def state_dir(self) -> Path:
        """Its data, logs and stack.json."""
        return self.home.state_dir

    @property
    def settings(self) -> stack.StackSettings:
        """As the stack room knows it."""
        return stack.StackSettings(self.home.programs_dir, self.home.state_dir, self.home.port_base)


def home_of_tests() -> Home:
    """The home that the environment of the tests names."""
    return resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())


@pytest.fixture(scope="session")
def real_stack() -> Iterator[RealStack]:
    """The stack, started from empty data once, stopped and wiped at the end.

    STORMPROOF_TEST_STACK=keep leaves it up and takes it over as it is: for trying one test again and again.
    """
    running = RealStack(home_of_tests())
    if os.environ.get("STORMPROOF_TEST_STACK") == "keep":
        stack.up(running.settings)
        yield running
        return
    stack.down(running.settings, wipe=True)
    stack.up(running.settings)
    try:
        yield running
    finally:
        stack.down(running.settings, wipe=True)
