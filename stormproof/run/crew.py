"""The processes that put a load on a target: one, or a master with its workers."""

import random
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import stack
from evidence.home import Home
from evidence.run_folder import RunFolder
from evidence.run_record import ProcessExit
from loadtests.command import as_master, worker_command
from loadtests.scenario import worker_name
from stormproof.run.generator import stack_environment
from stormproof.run.recovery import stack_settings

_MASTER = "generator-master"
_DRAIN_WITHIN_S = 60.0
"""After an interrupt: the longest time limits of answers, and the last records."""
_POLL_S = 0.1
_PORTS = range(10_000, 20_000)
"""Where masters listen for their workers."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Those that were started, by the name that run.json gives them; the first one leads."""

    settings: stack.StackSettings
    run: str
    processes: Mapping[str, stack.ManagedProcess]

    @property
    def leader(self) -> stack.ManagedProcess:
        """Who decides when the load is over."""
        return next(iter(self.processes.values()))

    def exit_code(self) -> int | None:
        """The leader's; None while it runs."""
        return stack.exit_code(self.leader)

    def wait(self, on_poll: Callable[[], None]) -> None:
        """Until the leader has ended."""
        while self.exit_code() is None:
            on_poll()
            time.sleep(_POLL_S)

    def interrupt(self) -> None:
        """Let it account for what is in flight and end; returns when it has, or after a bounded time."""
        found = stack.find_process(self.leader)
        if found is not None:
            found.send_signal(signal.SIGTERM)
        deadline_s = time.monotonic() + _DRAIN_WITHIN_S
        while self.exit_code() is None and time.monotonic() < deadline_s:
            time.sleep(_POLL_S)

    def end(self) -> None:
        """Nobody of it runs any more, and nobody is registered."""
        pids = {process.pid for process in self.processes.values()}
        stack.end_processes(self.settings, lambda one: one.pid in pids, timeout_s=10.0)

    def exits(self) -> tuple[ProcessExit, ...]:
        """For the run's record."""
        return tuple(ProcessExit(name, stack.exit_code(one)) for name, one in self.processes.items())


def start_crew(
    home: Home,
    folder: RunFolder,
    command: tuple[str, ...],
    *,
    workers: int,
    locustfile: Path | None,
    cwd: Path,
) -> Crew:
    """Start `command`, with workers of its own where there is more than one, and register all of them.

    Raises PartFailed: nobody is left then.
    """
    commands = {f"generator-{worker_name(0)}": command}
    if workers > 1:
        port = _free_port()
        commands = {_MASTER: as_master(command, workers=workers, port=port)}
        commands |= {
            f"generator-{worker_name(index)}": worker_command(locustfile, index=index, port=port)
            for index in range(workers)
        }
    settings = stack_settings(home)
    processes: dict[str, stack.ManagedProcess] = {}
    try:
        for name, argv in commands.items():
            processes[name] = stack.start_process(settings, _spec(home, folder, name, argv, cwd))
    except BaseException:
        Crew(settings, folder.id, processes).end()
        raise
    return Crew(settings, folder.id, processes)


def _spec(home: Home, folder: RunFolder, name: str, argv: tuple[str, ...], cwd: Path) -> stack.ProcessSpec:
    return stack.ProcessSpec(
        # Several loads may go on at once: a name is that of one process.
        name=f"{name}-of-{folder.id}",
        role="generator",
        argv=argv,
        cwd=cwd,
        log_file=folder.logs_dir / f"{name}.log",
        environment=stack_environment(home),
        run=folder.id,
    )


def _free_port() -> int:
    """Below the ports of stacks and those that the system gives to clients: nobody takes it meanwhile.

    Raises OSError when there is none.
    """
    ports = random.sample(_PORTS, len(_PORTS))
    for port in ports:
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError(f"no port of {_PORTS.start} to {_PORTS.stop - 1} is free")
