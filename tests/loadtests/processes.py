"""Starts small servers and generators as real processes, and reads what they leave behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb
import pandas as pd
import yaml

from evidence.record_kind import RecordKind
from evidence.record_reader import RecordFiles, record_files
from evidence.request_record import REQUESTS
from loadtests.command import LOCUSTFILE, GeneratorOptions, generator_command

OF_THE_MACHINE = {"dispatch-lag-p99-ms", "event-loop-late-share", "event-loop-stall-s", "generator-busy"}
"""Conditions of validity that a machine with too much else to do breaks by itself."""
_REAL_TIME_PRIORITY = 1
_LOW_NICE = -15
_LONGEST_S = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A small server that runs."""

    process: subprocess.Popen[str]
    url: str

    def line(self) -> dict[str, int]:
        """The next thing it says; waits for it."""
        assert self.process.stdout is not None
        said: dict[str, int] = json.loads(self.process.stdout.readline())
        return said

    def stop(self) -> dict[str, int]:
        """End it; how many requests and connections it had."""
        self.process.terminate()
        stdout, _ = self.process.communicate(timeout=_LONGEST_S)
        counts: dict[str, int] = json.loads(stdout.splitlines()[-1])
        return counts


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator that runs."""

    process: subprocess.Popen[bytes]
    run_dir: Path
    log_file: Path

    def wait(self) -> int:
        """Its exit code."""
        return self.process.wait(timeout=_LONGEST_S)

    def send(self, number: signal.Signals) -> None:
        """A signal to its process."""
        self.process.send_signal(number)

    def send_to_group(self, number: signal.Signals) -> None:
        """A signal to it and its children, as a terminal sends it; it leads a group of its own."""
        os.killpg(self.process.pid, number)

    @property
    def log(self) -> str:
        """What it printed."""
        return self.log_file.read_text()


class Bench:
    """One test's processes and files."""

    def __init__(self, folder: Path, *, is_preferred: bool = True) -> None:
        self._folder = folder
        self._prefer = _prefer if is_preferred else lambda _: None
        self._processes: list[subprocess.Popen[str] | subprocess.Popen[bytes]] = []
        self._logs: list[IO[bytes]] = []

    def scenario(
        self, *, rate_per_s: float, duration_s: float, arrivals: str = "constant", timeout_s: float = 10
    ) -> Path:
        """A file: one persona that asks for one path."""
        file = self._folder / "scenario.yaml"
        content = {
            "name": "ping",
            "duration_s": duration_s,
            "timeout_s": timeout_s,
            "operations": [{"name": "ping", "path": "/ping"}],
            "personas": [
                {
                    "name": "pinger",
                    "rate_per_s": rate_per_s,
                    "arrivals": arrivals,
                    "operations": [{"name": "ping", "weight": 1}],
                }
            ],
        }
        file.write_text(yaml.safe_dump(content))
        return file

    def write_scenario(self, content: Mapping[str, object], name: str = "scenario.yaml") -> Path:
        """A file of any content."""
        file = self._folder / name
        file.write_text(yaml.safe_dump(content))
        return file

    def server(
        self, *arguments: str, module: str = "small_server", prepare: Callable[[], None] | None = None
    ) -> Server:
        """Ready to answer when this returns. `prepare` runs in the new process, before the program."""
        command = (sys.executable, "-m", f"tests.loadtests.{module}", *arguments)
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=prepare,  # noqa: PLW1509 -- the test process has no threads that hold locks here
        )
        self._processes.append(process)
        self._prefer(process.pid)
        assert process.stdout is not None
        return Server(process, f"http://127.0.0.1:{int(process.stdout.readline())}")

    def generator(
        self,
        options: GeneratorOptions,
        *,
        extra: tuple[str, ...] = (),
        prepare: Callable[[], None] | None = None,
        program: tuple[str, ...] = ("-m", "locust"),
        is_preferred: bool = True,
        shows_view: bool = False,
    ) -> Generator:
        """Started, not ready. `prepare` runs in the new process, before Python does; `program` is what Python
        runs, with Locust's arguments after it.
        """
        command = generator_command(options)
        arguments = list(command[command.index("locust") + 1 :])
        if shows_view:
            arguments.remove("--no-live-view")
        return self.start(
            (sys.executable, *program, *arguments, *extra),
            run_dir=options.run_dir or self._folder,
            prepare=prepare,
            is_preferred=is_preferred,
        )

    def locust(
        self,
        *arguments: str,
        locustfile: Path = LOCUSTFILE,
        cwd: Path | None = None,
        process_group: int | None = None,
    ) -> Generator:
        """Plain Locust, as its users call it."""
        command = (sys.executable, "-m", "locust", "-f", str(locustfile), *arguments)
        return self.start(command, run_dir=cwd or self._folder, cwd=cwd, process_group=process_group)

    def start(
        self,
        command: tuple[str, ...],
        *,
        run_dir: Path,
        cwd: Path | None = None,
        prepare: Callable[[], None] | None = None,
        environment: Mapping[str, str] | None = None,
        process_group: int | None = None,
        is_preferred: bool = True,
    ) -> Generator:
        """A process whose output is kept in a log; preferred, as all that send or answer."""
        log_file = self._folder / f"generator-{len(self._processes)}.log"
        log = log_file.open("wb")
        self._logs.append(log)
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=cwd or self._folder,
            env={**os.environ, **(environment or {})},
            process_group=process_group,
            preexec_fn=prepare,  # noqa: PLW1509 -- the test process has no threads that hold locks here
        )
        self._processes.append(process)
        if is_preferred:
            self._prefer(process.pid)
        return Generator(process, run_dir, log_file)

    def run_dir(self) -> Path:
        """A run folder."""
        folder = self._folder / "run"
        folder.mkdir(exist_ok=True)
        return folder

    def stop(self) -> None:
        """End whatever still runs."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        for log in self._logs:
            log.close()


def _prefer(pid: int) -> None:
    """What else runs on the machine must not decide a test about time: where the system allows it these
    processes, idle nearly always, come before the rest. Elsewhere such tests need a machine that is quiet.
    """
    try:
        os.sched_setscheduler(pid, os.SCHED_FIFO, os.sched_param(_REAL_TIME_PRIORITY))
    except PermissionError:
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, pid, _LOW_NICE)


def records[T](run_dir: Path, kind: RecordKind[T]) -> tuple[RecordFiles, pd.DataFrame]:
    """The files of one kind, and their rows."""
    files = record_files(run_dir, kind)
    names = [str(path) for path in files.parquet]
    return files, duckdb.read_parquet(names).df()


def requests(run_dir: Path) -> pd.DataFrame:
    """The requests of a run whose generator has ended, in the order of the schedule, with times in ms."""
    _, rows = records(run_dir, REQUESTS)
    rows["lag_ms"] = (rows.started_ns - rows.intended_ns) / 1e6
    rows["latency_ms"] = (rows.ended_ns - rows.intended_ns) / 1e6
    return rows.sort_values(["worker", "sequence", "step"], ignore_index=True)


def sent(rows: pd.DataFrame) -> pd.DataFrame:
    """Those of a run that was stopped, without the arrivals that fell due in the moment of the stop: they
    are recorded, but nobody sent them.
    """
    return rows[rows.detail != "the run was stopped before it was sent"]
