"""The processes that put a load on a target: one, or a master with its workers."""

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import stack
from evidence.free_port import free_port
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

    def wait(
        self, on_poll: Callable[[], None], *, has_begun: Callable[[], bool]
    ) -> stack.ManagedProcess | None:
        """Until the leader has ended; or a worker has failed before the load began, which is returned: the
        leader would wait for it in vain.
        """
        while self.exit_code() is None:
            if not has_begun() and (fallen := self._fallen()) is not None:
                return fallen
            on_poll()
            time.sleep(_POLL_S)
        return None

    def _fallen(self) -> stack.ManagedProcess | None:
        workers = [one for one in self.processes.values() if one is not self.leader]
        return next((one for one in workers if stack.exit_code(one) not in {None, 0}), None)

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
        port = free_port()
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
