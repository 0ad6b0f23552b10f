"""The process that breaks things, and its end."""

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import psutil

from chaos.processes.birth import birth_of

CREATION_TOLERANCE_S = 1.0
"""psutil derives creation times from the boot time, which clock corrections move a little."""

_POLL_S = 0.05
"""Where the system cannot tell of the end of a process that is not a child."""


@dataclass(frozen=True, slots=True)
class Runner:
    """One process, and not a later one with the same pid."""

    pid: int
    created_at_s: float
    birth: str = ""
    """As `birth_of` tells it: it decides where it is known, since `created_at_s` follows the time of day."""

    def __str__(self) -> str:
        return f"{self.pid}@{self.created_at_s!r}" + (f"@{self.birth}" if self.birth else "")

    def is_this(self, found: psutil.Process) -> bool:
        """Not a later one with the same pid. Raises psutil.NoSuchProcess."""
        if self.birth and (birth := birth_of(found.pid)):
            return birth == self.birth
        return abs(found.create_time() - self.created_at_s) <= CREATION_TOLERANCE_S

    @property
    def lives(self) -> bool:
        """It runs, or is stopped; one that nobody has taken note of the end of (a zombie) does not."""
        try:
            found = psutil.Process(self.pid)
            return self.is_this(found) and found.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def runner_of(pid: int) -> Runner:
    """The process that has that pid now. Raises psutil.NoSuchProcess."""
    return Runner(pid, psutil.Process(pid).create_time(), birth_of(pid))


@cache
def this_runner() -> Runner:
    """The present process."""
    return runner_of(os.getpid())


def parse_runner(text: str) -> Runner | None:
    """What `str` of a runner says; None for another text."""
    pid, _, rest = text.partition("@")
    created_at_s, _, birth = rest.partition("@")
    try:
        return Runner(int(pid), float(created_at_s), birth)
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
