"""An experiment as a process of its own, run by Chaos Toolkit and judged by what it leaves behind."""

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import stack
from chaos.command import events_path, experiment_command
from chaos.experiment_files import experiment_names, experiment_path
from chaos.supervision.progress import EventFollower, Progress
from chaos.watchdog.keeper import SUPERVISOR
from chaos.watchdog.runner import this_runner
from evidence.experiment_record import ExperimentRecord
from evidence.home import Home
from evidence.run_folder import RunFolder
from evidence.timeline import FaultWindow
from stormproof.errors import BadInput
from stormproof.run.experiment_end import (
    ExperimentEnd,
    conclude_experiment,
    faults_of_experiment,
    journal_path,
)
from stormproof.run.experiment_start import ExperimentStart
from stormproof.run.generator import stack_environment
from stormproof.run.missed_rollbacks import keep_rollbacks
from stormproof.run.recovery import stack_settings

_ROLLBACK_WITHIN_S = 30.0
"""A dependency that does not come back is looked at for 10 s per target."""
_POLL_S = 0.05


@dataclass(slots=True)
class Experiment:
    """An experiment that was started."""

    start: ExperimentStart
    process: stack.ManagedProcess
    settings: stack.StackSettings
    folder: RunFolder
    environment: dict[str, str]
    started_ns: int
    events: EventFollower
    progress: Progress
    interrupted: str | None = None
    """Why it was ended early; None where it ends by itself."""
    ended_ns: int | None = None
    monotonic_s: Callable[[], float] = field(default=time.monotonic)
    sleep: Callable[[float], None] = field(default=time.sleep)

    @property
    def journal(self) -> Path:
        """Where Chaos Toolkit's journal will be."""
        return journal_path(self.folder, self.start.name)

    def exit_code(self) -> int | None:
        """None while it runs. Says nothing of the faults: the timeline does."""
        code = stack.exit_code(self.process)
        if code is not None and self.ended_ns is None:
            self.ended_ns = time.time_ns()
        return code

    def watch(self) -> None:
        """Interrupt it if an activity ignores its time limit at this moment."""
        for line in self.events.new_lines():
            self.progress.add(line)
        overrun = self.progress.overrun(time.time())
        if overrun is not None and self.exit_code() is None:
            self.interrupt(overrun)

    def interrupt(self, why: str) -> None:
        """SIGINT: Chaos Toolkit then rolls back. What does not end within 30 s is ended."""
        self.interrupted = self.interrupted or why
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

    def faults(self) -> tuple[FaultWindow, ...]:
        """Those that it put into the run's timeline."""
        return faults_of_experiment(self.folder, self.start, self.started_ns)

    def conclude(self, left_broken: Sequence[str], played_afterwards: str | None) -> ExperimentRecord:
        """What it came to; it has ended, and what it left broken is healed. Raises InvalidFile."""
        end = ExperimentEnd(
            started_ns=self.started_ns,
            ended_ns=self.ended_ns or time.time_ns(),
            exit_code=self.exit_code(),
            interrupted=self.interrupted,
            left_broken=tuple(left_broken),
            played_afterwards=played_afterwards,
        )
        return conclude_experiment(self.folder, self.start, end, self.environment)


def process_log(folder: RunFolder, name: str) -> Path:
    """What the process of that name said: there as soon as it was started."""
    return folder.logs_dir / f"experiment-{name}.log"


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


def start_experiment(home: Home, folder: RunFolder, start: ExperimentStart) -> Experiment:
    """Start and register it; its journal, log and events go to the run's logs.

    Raises PartFailed, OSError.
    """
    settings = stack_settings(home)
    folder.logs_dir.mkdir(parents=True, exist_ok=True)
    keep_rollbacks(folder, start)
    journal = journal_path(folder, start.name)
    environment = stack_environment(home)
    spec = stack.ProcessSpec(
        name=f"experiment-{start.name}",
        role="experiment",
        argv=experiment_command(
            start.file,
            folder.path,
            start.hold_s,
            journal,
            further=start.further,
            confirmed=start.confirmed,
        ),
        cwd=start.cwd,
        log_file=process_log(folder, start.name),
        environment=environment | {SUPERVISOR: str(this_runner())},
        run=folder.id,
    )
    started_ns = time.time_ns()
    return Experiment(
        start=start,
        process=stack.start_process(settings, spec),
        settings=settings,
        folder=folder,
        environment=environment,
        started_ns=started_ns,
        events=EventFollower(events_path(journal)),
        progress=Progress.of(start.parsed),
    )
