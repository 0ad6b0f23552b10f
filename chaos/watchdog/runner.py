"""The process that breaks things, and its end."""

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import psutil

CREATION_TOLERANCE_S = 1.0
"""psutil derives creation times from the boot time, which clock corrections move a little."""

_POLL_S = 0.05
"""Where the system cannot tell of the end of a process that is not a child."""


@dataclass(frozen=True, slots=True)
class Runner:
    """One process, and not a later one with the same pid."""

    pid: int
    created_at_s: float

    def __str__(self) -> str:
        return f"{self.pid}@{self.created_at_s!r}"

    @property
    def lives(self) -> bool:
        """It runs, or is stopped; one that nobody has taken note of the end of (a zombie) does not."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.created_at_s) <= CREATION_TOLERANCE_S
            return same and found.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


@cache
def this_runner() -> Runner:
    """The present process."""
    return Runner(os.getpid(), psutil.Process().create_time())


def parse_runner(text: str) -> Runner | None:
    """What `str` of a runner says; None for another text."""
    pid, _, created_at_s = text.partition("@")
    try:
        return Runner(int(pid), float(created_at_s))
    except ValueError:
        return None


class EndOfRunner:
    """Waits for a runner's end."""

    def __init__(self, runner: Runner, descriptor: int | None) -> None:
        self._runner, self._descriptor = runner, descriptor

    def within(self, timeout_s: float) -> bool:
        """Whether it has ended by then; returns as soon as it has."""
        if self._descriptor is not None:
            return bool(select.select([self._descriptor], [], [], timeout_s)[0])
        deadline_s = time.monotonic() + timeout_s
        while self._runner.lives:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return False
            time.sleep(min(_POLL_S, left_s))
        return True


@contextmanager
def end_of(runner: Runner) -> Iterator[EndOfRunner]:
    """By a pidfd where there is one (Linux 5.3), else by looking again and again."""
    try:
        descriptor = os.pidfd_open(runner.pid)
    except (AttributeError, OSError):
        descriptor = None
    try:
        if not runner.lives:  # asked after the descriptor was had: it is this runner's, or of no use
            yield EndOfRunner(runner, None)
        else:
            yield EndOfRunner(runner, descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)
