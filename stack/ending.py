"""Ending processes, and making sure that they ended."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import psutil

from stack.birth import birth_of, is_born_before
from stack.errors import StackError
from stack.process import CREATION_TOLERANCE_S, find_process, has_ended, note_exit, reap
from stack.registry import ManagedProcess, Registry

_STOP_SIGNALS = {"postgres": signal.SIGINT}
"""PostgreSQL takes SIGTERM as "wait until every client has left", SIGINT as "disconnect them and stop"."""
_LEFT_BEHIND_S = 2.0
"""How long children may take that their parent did not end."""
_KILL_WAIT_S = 10.0


def end_processes(
    registry: Registry, predicate: Callable[[ManagedProcess], bool], *, timeout_s: float = 20.0
) -> tuple[ManagedProcess, ...]:
    """End every registered process that `predicate` chooses, with its children, and unregister it.

    Asks first, and kills what is left after `timeout_s`. A pid that belongs to another process by now is not
    touched. Returns the chosen processes, those too that had ended before. Raises StackError when one stays.
    """
    chosen = tuple(process for process in registry.read().processes if predicate(process))
    trees = [_tree(process) for process in chosen]
    asked: list[psutil.Process] = []
    for process, tree in zip(chosen, trees, strict=True):
        # Its children are the leader's to end; those of a dead one have nobody.
        leaders = [found for found in tree if found.pid == process.pid] or tree
        _ask(leaders, tree, _STOP_SIGNALS.get(process.name, signal.SIGTERM))
        asked.extend(leaders)
    slow = _wait(asked, timeout_s)
    for found in slow:
        _send(found, signal.SIGKILL)
    everyone = [found for tree in trees for found in tree]
    left_behind = [found for found in everyone if found not in asked]
    _ask(left_behind, left_behind, signal.SIGTERM)
    kill_what_stays(everyone, _LEFT_BEHIND_S)
    if chosen:
        registry.update(lambda state: state.without(chosen))
    return chosen


def resume_tree(process: psutil.Process) -> None:
    """Let a process and its children go on, if a fault froze them."""
    with suppress(psutil.NoSuchProcess):
        for member in (*process.children(recursive=True), process):
            _send(member, signal.SIGCONT)


def _tree(process: ManagedProcess) -> list[psutil.Process]:
    """The process, its children and what else is left of its session, each once."""
    found = find_process(process)
    members = [] if found is None else [found]
    if found is not None:
        with suppress(psutil.NoSuchProcess):
            members.extend(found.children(recursive=True))
    members.extend(_session(process))
    return list(dict.fromkeys(members))


def _session(process: ManagedProcess) -> Iterator[psutil.Process]:
    """What runs in the session that was made for `process`, even when it is dead itself.

    The system gives its number to nobody while the session lasts; the folder and the time are checked too.
    """
    for candidate in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if (
                os.getsid(candidate.pid) == process.pid
                and candidate.pid != process.pid
                and candidate.cwd() == process.cwd
                and not _is_older(candidate, process)
                and not has_ended(candidate)
            ):
                yield candidate


def _is_older(candidate: psutil.Process, process: ManagedProcess) -> bool:
    older = is_born_before(birth_of(candidate.pid), process.birth)
    return candidate.create_time() < process.created_at_s - CREATION_TOLERANCE_S if older is None else older


def kill_what_stays(processes: Iterable[psutil.Process], timeout_s: float) -> None:
    """Wait for `timeout_s` until all have ended, then kill. Raises StackError when one survives that."""
    alive = _wait(processes, timeout_s)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    alive = _wait(alive, _KILL_WAIT_S)
    reap()
    if alive:
        pids = ", ".join(str(process.pid) for process in alive)
        raise StackError(
            f"processes {pids} do not end, even when killed",
            where="operating system",
            next_step="They hang in the kernel (a disk or network file system that does not answer?); "
            "look at them with: ps -o pid,stat,wchan,args -p " + pids.replace(" ", ""),
        )


def _wait(processes: Iterable[psutil.Process], timeout_s: float) -> list[psutil.Process]:
    """Those that still run after `timeout_s`."""
    ended, alive = psutil.wait_procs(list(processes), timeout=timeout_s)
    for process in ended:
        note_exit(process.pid, getattr(process, "returncode", None))
    # One that a parent has not looked at yet holds nothing any more.
    return [process for process in alive if _runs(process)]


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return not has_ended(process)
    return False


def _ask(processes: list[psutil.Process], tree: list[psutil.Process], stop_signal: signal.Signals) -> None:
    for process in processes:
        _send(process, stop_signal)
    for process in tree:
        # A process that a fault has frozen sees the signal only once it goes on.
        _send(process, signal.SIGCONT)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)
