"""A Locust master and its workers as processes, as on several machines."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from evidence.free_port import free_port
from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from loadtests.command import LOCUSTFILE
from tests.loadtests.processes import Bench, Generator
from tests.loadtests.waiting import wait_until

_WRONG_CLOCK = """
import runpy, sys, time
true_time_ns, true_time = time.time_ns, time.time
time.time_ns = lambda: true_time_ns() + {ahead_ns}
time.time = lambda: true_time() + {ahead_ns} / 1e9
runpy.run_module("locust", run_name="__main__", alter_sys=True)
"""


@dataclass
class Crew:
    """One master and its workers; each may have a folder of its own."""

    bench: Bench
    folder: Path
    locustfile: Path = LOCUSTFILE
    port: int = field(default_factory=free_port)

    def master(self, *arguments: str, prepare: Callable[[], None] | None = None) -> Generator:
        """Started, headless unless it is told otherwise."""
        folder = self.machine("master")
        command = (
            *(sys.executable, "-m", "locust", "-f", str(self.locustfile), "--master", "--headless"),
            *("--master-bind-host", "127.0.0.1", "--master-bind-port", str(self.port)),
            *arguments,
        )
        return self.bench.start(command, run_dir=folder, cwd=folder, prepare=prepare)

    def worker(
        self, name: str = "worker", *arguments: str, ahead_ns: int = 0, locustfile: Path | None = None
    ) -> Generator:
        """Started in a folder and a home of its own; its wall clock may be wrong."""
        folder = self.machine(name)
        program = ("-c", _WRONG_CLOCK.format(ahead_ns=ahead_ns)) if ahead_ns else ("-m", "locust")
        command = (
            *(sys.executable, *program, "-f", str(locustfile or self.locustfile), "--worker"),
            *("--master-host", "127.0.0.1", "--master-port", str(self.port), *arguments),
        )
        return self.bench.start(
            command, run_dir=folder, cwd=folder, environment={"STORMPROOF_HOME": str(folder / "home")}
        )

    def workers(self, count: int) -> list[Generator]:
        """On one machine."""
        return [self.worker() for _ in range(count)]

    def machine(self, name: str) -> Path:
        """The folder of one."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def run_dirs(self) -> list[Path]:
        """Of the runs so far, on the master."""
        runs = self.machine("master") / "runs"
        return sorted(runs.iterdir()) if runs.is_dir() else []

    def run(self) -> tuple[Path, RunRecord]:
        """The only run, and its record."""
        (folder,) = self.run_dirs()
        return folder, RunFolder(folder).read_run()

    def wait_for_log(self, process: Generator, text: str) -> None:
        """Until it has logged this."""

        def logged() -> bool:
            assert process.process.poll() is None or text in process.log, process.log
            return text in process.log

        wait_until(logged, f"{text!r}", timeout_s=60)


def tenants_file(folder: Path, count: int = 3) -> Path:
    """Some seeded tenants of one tier."""
    file = folder / "tenants.json"
    tenants = [
        {
            "id": f"tenant-{number}",
            "tier": "free",
            "api_key": f"key-{number}",
            "document_count": 9,
            "document_id_prefix": f"doc-{number}-",
        }
        for number in range(count)
    ]
    file.write_text(json.dumps({"seed": 1, "words": ["one", "two"], "tenants": tenants}))
    return file


def tenants_scenario(folder: Path, *, rate_per_s: float, duration_s: float) -> Path:
    """Writes of two personas, over three tenants."""
    file = folder / "writes.yaml"
    limits = {"window_s": 60, "burst": 10, "tiers": {"free": {"index": 40 * rate_per_s}}}
    personas = [
        {
            "name": name,
            "tier": "free",
            "rate_per_s": rate_per_s / 2,
            "operations": [{"name": operation, "weight": 1} for operation in operations],
        }
        for name, operations in (("indexer", ["index", "bulk"]), ("mixer", ["index", "delete"]))
    ]
    content = {"name": "writes", "duration_s": duration_s, "limits": limits, "personas": personas}
    file.write_text(json.dumps(content))
    return file
