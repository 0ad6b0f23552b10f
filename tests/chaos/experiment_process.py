"""Runs experiments as real processes, as the project and its users do."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from chaos.command import experiment_command
from chaos.experiment_files import experiment_path
from evidence.documents import read_document
from evidence.home import Home, resolve_home
from evidence.lease_record import LeaseRecord, leases_dir
from evidence.timeline import FaultWindow, TimelineEvent, TimelineEventName, fault_windows, read_timeline

_LONGEST_S = 60.0


@dataclass
class ExperimentProcess:
    """One experiment, its run folder and its state folder, all below `path`."""

    path: Path
    port_base: int
    name: str = "redis-down"
    hold_s: float = 0.2
    variables: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    file: Path | None = None
    in_stack_home: bool = False
    """In the stack's own state folder, whose `stack.json` names its processes."""
    process: subprocess.Popen[str] | None = field(default=None, init=False)

    @property
    def run_dir(self) -> Path:
        return self.path / "run"

    @property
    def journal(self) -> Path:
        return self.path / "run" / "logs" / f"{self.name}.json"

    @property
    def cwd(self) -> Path:
        return self.path / "cwd"

    @property
    def environment(self) -> dict[str, str]:
        own = {} if self.in_stack_home else {"STORMPROOF_HOME": str(self.path / "home")}
        return os.environ | own | {"STORMPROOF_PORT_BASE": str(self.port_base)}

    @property
    def home(self) -> Home:
        return resolve_home(self.environment, is_root=os.geteuid() == 0, user_dir=Path.home())

    def start(self) -> subprocess.Popen[str]:
        self.journal.parent.mkdir(parents=True)
        self.cwd.mkdir()
        file = self.file or experiment_path(self.name)
        *command, source = experiment_command(file, self.run_dir, self.hold_s, self.journal)
        for variable in self.variables:
            command += ["--var", variable]
        self.process = subprocess.Popen(
            [*command, *self.options, source],
            cwd=self.cwd,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self.process

    def run(self) -> tuple[int, str]:
        """Exit code and output of the whole run."""
        return self.finish(self.start())

    @staticmethod
    def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
        try:
            output, _ = process.communicate(timeout=_LONGEST_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return process.returncode, output

    def signal_during_the_fault(self, number: signal.Signals, targets: int) -> tuple[int, str]:
        """Start it, send it a signal once the fault of every target is verified, and wait for its end."""
        process = self.start_until_felt(targets)
        process.send_signal(number)
        return self.finish(process)

    def kill_with_its_watchdog(self, targets: int) -> None:
        """Start it, and SIGKILL its watchdog and it once the fault of every target is verified."""
        process = self.start_until_felt(targets)
        (lease,) = leases_dir(self.home.undo_file).glob("*.json")
        watchdog_pid = read_document(lease, LeaseRecord).watchdog_pid
        assert watchdog_pid is not None
        os.kill(watchdog_pid, signal.SIGKILL)
        process.kill()
        self.finish(process)

    def start_until_felt(self, targets: int) -> subprocess.Popen[str]:
        """Start it, and return once the fault of every target is verified."""
        process = self.start()
        deadline_s = time.monotonic() + _LONGEST_S
        while sum(one.event is TimelineEventName.VERIFIED for one in self.events()) < targets:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline_s
            time.sleep(0.01)  # until the file says so, not for a time
        return process

    def events(self) -> tuple[TimelineEvent, ...]:
        return read_timeline(self.run_dir / "timeline.jsonl")

    def windows(self) -> tuple[FaultWindow, ...]:
        return fault_windows(self.events())
