"""A runner: breaks a foreign server as an experiment's action does, says so, and waits to be killed.

`python -m tests.chaos.process.runner PATH PORT FAULT…`; each fault with the parameters of FAULTS.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from chaos.watchdog.keeper import ensure_watched
from chaos.watchdog.lease import Lease
from chaos.watchdog.runner import runner_of
from evidence.documents import read_document
from evidence.lease_record import LeaseRecord
from tests.chaos.process.foreign_server import ForeignServer
from tests.chaos.samples import Sample

FAULTS = {
    "frozen": Sample("server"),
    "slowed": Sample("server", {"running_share": 0.3, "period_ms": 300}),
    "killed": Sample("server"),
}


class RunnerProcess:
    """One, as its test starts it."""

    def __init__(self, server: ForeignServer, *faults: str) -> None:
        command = (sys.executable, "-m", __name__, str(server.path), str(server.port), *faults)
        self._server = server
        self.process = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline().strip()
        assert said == "broken", said
        self.runner = runner_of(self.process.pid)

    @property
    def lease(self) -> LeaseRecord:
        """What its lease says."""
        return read_document(Lease(self.runner, self._server.home.undo_file).file, LeaseRecord)

    @property
    def watchdog(self) -> psutil.Process:
        """The process that watches it."""
        pid = self.lease.watchdog_pid
        assert pid is not None
        return psutil.Process(pid)

    def kill(self) -> None:
        """SIGKILL to its process group; it is left as a zombie until `end`."""
        os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Have it gone."""
        self.process.kill()
        self.process.communicate()


def _run(path: Path, port: int, faults: list[str]) -> None:
    server = ForeignServer(path, port)
    ensure_watched(server.home.undo_file)
    for fault in faults:
        server.inject(fault, FAULTS[fault], server.whereabouts(door=len(faults) == 1))
    sys.stdout.write("broken\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    _run(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
