"""Ending processes, and making sure that they ended."""

import signal
from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil

from stack.errors import StackError
from stack.process import find_process, reap
from stack.registry import ManagedProcess, Registry

_STOP_SIGNALS = {"postgres": signal.SIGINT}
"""PostgreSQL takes SIGTERM as "wait until every client has left", SIGINT as "disconnect them and stop"."""
_KILL_WAIT_S = 10.0


def end_processes(
    registry: Registry, predicate: Callable[[ManagedProcess], bool], *, timeout_s: float = 20.0
) -> tuple[ManagedProcess, ...]:
    """End every registered process that `predicate` chooses, with its children, and unregister it.

    Asks first, and kills what is left after `timeout_s`. A pid that belongs to another process by now is not
    touched. Returns the chosen processes, those too that had ended before. Raises StackError when one stays.
    """
    chosen = tuple(process for process in registry.read().processes if predicate(process))
    running = [(process, found) for process in chosen if (found := find_process(process)) is not None]
    trees = [found for _, found in running]
    for _, found in running:
        with suppress(psutil.NoSuchProcess):
            trees.extend(found.children(recursive=True))
    for process, found in running:
        _ask(found, _STOP_SIGNALS.get(process.name, signal.SIGTERM))
    kill_what_stays(trees, timeout_s)
    if chosen:
        registry.update(lambda state: state.without(chosen))
    return chosen


def kill_what_stays(processes: Iterable[psutil.Process], timeout_s: float) -> None:
    """Wait for `timeout_s` until all have ended, then kill. Raises StackError when one survives that."""
    _, alive = psutil.wait_procs(list(processes), timeout=timeout_s)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _, alive = psutil.wait_procs(alive, timeout=_KILL_WAIT_S)
    reap()
    if alive:
        pids = ", ".join(str(process.pid) for process in alive)
        raise StackError(
            f"processes {pids} do not end, even when killed",
            where="operating system",
            next_step="They hang in the kernel (a disk or network file system that does not answer?); "
            "look at them with: ps -o pid,stat,wchan,args -p " + pids.replace(" ", ""),
        )


def _ask(process: psutil.Process, stop_signal: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(stop_signal)
        # A process that a fault has frozen only sees the signal once it goes on.
        process.send_signal(signal.SIGCONT)
