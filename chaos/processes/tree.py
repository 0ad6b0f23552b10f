"""A process with all that belongs to it."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil

from chaos.errors import NotAppliedError
from chaos.processes.birth import birth_of, is_born_before
from chaos.watchdog.runner import CREATION_TOLERANCE_S

_ENDS_WITHIN_S = 10.0
_MOST_ROUNDS = 50
"""Of looking for children that were born meanwhile."""
_PAUSE_S = 0.01


@dataclass(frozen=True, slots=True)
class Belonging:
    """By what the members of a process are known once it is dead itself, and they have no parent to be
    found by."""

    leader_pid: int
    since_s: float
    """When the leader was started."""
    birth: str = ""
    """The same as `birth_of` tells it, where it is known."""
    program: str | None = None
    """What it runs, where nothing else in its folder runs that."""
    folder: str = "/"

    def includes(self, candidate: psutil.Process) -> bool:
        """In the session that the leader began, or of its program in its folder.

        A session's number is given to nobody while it lasts: where its pid is another's by now, the session
        is as well. Raises psutil.Error, OSError.
        """
        older = is_born_before(birth_of(candidate.pid), self.birth)
        if candidate.create_time() < self.since_s - CREATION_TOLERANCE_S if older is None else older:
            return False
        if os.getsid(candidate.pid) == self.leader_pid and not self._is_others():
            return True
        if self.program is None or candidate.exe() != self.program:
            return False
        return candidate.cwd() == self.folder or candidate.cwd().startswith(f"{self.folder.rstrip('/')}/")

    def _is_others(self) -> bool:
        """The leader's pid was given to a later process."""
        try:
            now = psutil.Process(self.leader_pid)
            if self.birth and (birth := birth_of(now.pid)):
                return birth != self.birth
            return now.create_time() > self.since_s + CREATION_TOLERANCE_S
        except psutil.NoSuchProcess:
            return False


def members(leader: psutil.Process | None, belonging: Belonging) -> tuple[psutil.Process, ...]:
    """The leader first, where it runs, then the rest. What has ended is left out."""
    found = [] if leader is None else [leader]
    with suppress(psutil.NoSuchProcess):
        found += _left(belonging) if leader is None else leader.children(recursive=True)
    return tuple(one for one in found if not has_ended(one))


def has_ended(process: psutil.Process) -> bool:
    """Nothing of it runs any more, though nobody may have taken note of its end yet.

    A killed server with many threads is a zombie while the last of them still hold its ports and locks.
    """
    try:
        return process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1
    except psutil.NoSuchProcess:
        return True


def stop_all(find: Callable[[], Iterable[psutil.Process]]) -> None:
    """SIGSTOP to every member, those too that are born while it goes on. Raises NotAppliedError."""
    for _ in range(_MOST_ROUNDS):
        others = [one for one in find() if not (is_stopped(one) or has_ended(one))]
        if not others:
            return
        for one in others:
            send(one, signal.SIGSTOP)
        time.sleep(_PAUSE_S)
    raise NotAppliedError(f"Processes {_pids(find())} are not all stopped, again and again.")


def resume_all(find: Callable[[], Iterable[psutil.Process]]) -> None:
    """SIGCONT to every member. Raises NotAppliedError."""
    for _ in range(_MOST_ROUNDS):
        stopped = [one for one in find() if is_stopped(one)]
        if not stopped:
            return
        for one in stopped:
            send(one, signal.SIGCONT)
        time.sleep(_PAUSE_S)
    raise NotAppliedError(f"Processes {_pids(find())} stay stopped. Look at them with: ps")


def is_stopped(process: psutil.Process) -> bool:
    """It is there, and SIGSTOP holds it."""
    try:
        return process.status() == psutil.STATUS_STOPPED
    except psutil.NoSuchProcess:
        return False


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """SIGKILL, and wait until they have ended. Raises NotAppliedError."""
    alive = list(processes)
    for one in alive:
        send(one, signal.SIGKILL)
    deadline_s = time.monotonic() + _ENDS_WITHIN_S
    while alive := [one for one in alive if not has_ended(one)]:
        if time.monotonic() >= deadline_s:
            raise NotAppliedError(
                f"Processes {_pids(alive)} do not end, even when killed. Look at them with: ps"
            )
        psutil.wait_procs(alive, timeout=_PAUSE_S)


def send(process: psutil.Process, number: signal.Signals) -> None:
    """A signal; nothing to one that has ended. Raises NotAppliedError where it is another user's."""
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied as error:
        raise NotAppliedError(
            f"Process {process.pid} belongs to another user: run the experiment as that user, or as root."
        ) from error


def _left(belonging: Belonging) -> Iterator[psutil.Process]:
    for pid in psutil.pids():
        with suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            if belonging.includes(process):
                yield process


def _pids(processes: Iterable[psutil.Process]) -> str:
    return ", ".join(str(one.pid) for one in processes)
