"""An experiment as a process of its own, run by Chaos Toolkit."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import stack
from chaos.command import experiment_command
from chaos.experiment_files import experiment_names, experiment_path
from evidence.home import Home
from evidence.run_folder import RunFolder
from stormproof.errors import BadInput
from stormproof.run.generator import stack_environment
from stormproof.run.recovery import stack_settings

_ROLLBACK_WITHIN_S = 30.0
"""A dependency that does not come back is looked at for 10 s per target."""
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment that was started."""

    process: stack.ManagedProcess
    settings: stack.StackSettings
    monotonic_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def exit_code(self) -> int | None:
        """None while it runs. Says nothing of the faults: the timeline does."""
        return stack.exit_code(self.process)

    def interrupt(self) -> None:
        """SIGINT: Chaos Toolkit then rolls back. What does not end within 30 s is ended."""
        found = stack.find_process(self.process)
        if found is not None:
            found.send_signal(signal.SIGINT)
        deadline_s = self.monotonic_s() + _ROLLBACK_WITHIN_S
        while self.exit_code() is None and self.monotonic_s() < deadline_s:
            self.sleep(_POLL_S)
        self.unregister()

    def unregister(self) -> None:
        """End it if it still runs, and forget it."""
        stack.end_processes(self.settings, lambda one: one.pid == self.process.pid, timeout_s=1.0)


def find_experiment(name: str, folder: Path) -> Path:
    """The file of an experiment of ours by its name, or a Chaos Toolkit file by its path from `folder`.

    Raises BadInput, which names the experiments that there are.
    """
    if name in experiment_names():
        return experiment_path(name)
    path = (folder / name).resolve()
    if path.is_file():
        return path
    raise BadInput(
        f"experiment {name!r}: no such file as {path}, and no experiment of that name: "
        f"must be one of {', '.join(experiment_names())}, or the path of a Chaos Toolkit file."
    )


def start_experiment(
    home: Home, folder: RunFolder, experiment_file: Path, *, hold_s: float, phase: str
) -> Experiment:
    """Start and register it; its journal and log go to the run's logs. Raises PartFailed."""
    settings = stack_settings(home)
    process_name = f"experiment-{phase}"
    folder.logs_dir.mkdir(parents=True, exist_ok=True)
    journal = folder.logs_dir / f"{phase}-journal.json"
    spec = stack.ProcessSpec(
        name=process_name,
        role="experiment",
        argv=experiment_command(experiment_file, folder.path, hold_s, journal),
        cwd=folder.path,
        log_file=folder.logs_dir / f"{process_name}.log",
        environment=stack_environment(home),
        run=folder.id,
    )
    return Experiment(stack.start_process(settings, spec), settings)
