"""A runner is watched for as long as it lives, whatever becomes of its watchdog."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from chaos.watchdog.lease import Lease
from chaos.watchdog.runner import runner_of
from evidence.documents import read_document
from evidence.errors import InvalidFile
from evidence.lease_record import LeaseRecord
from tests.chaos.waiting import wait_for

RUNNER = """
import sys
from pathlib import Path
from chaos.watchdog.keeper import Keeper
from chaos.watchdog.runner import this_runner
folder = Path(sys.argv[1])
keeper = Keeper(this_runner(), folder / "undo.jsonl", folder / "watchdog.log", extend_every_s=0.05)
keeper.ensure()
print("watched", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lease(tmp_path: Path) -> Iterator[Lease]:
    """Of a runner that lives."""
    command = (sys.executable, "-P", "-c", RUNNER, str(tmp_path))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"watched\n"
        runner = runner_of(process.pid)
        yield Lease(runner, tmp_path / "undo.jsonl")
        process.kill()


def watchdog(lease: Lease) -> psutil.Process | None:
    with suppress(InvalidFile, psutil.NoSuchProcess):
        pid = read_document(lease.file, LeaseRecord).watchdog_pid
        return None if pid is None else psutil.Process(pid)
    return None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_watchdog_that_does_not_watch_has_a_successor(lease: Lease, number: signal.Signals) -> None:
    first = wait_for(lambda: watchdog(lease), "a watchdog watches")
    first.send_signal(number)
    try:

        def successor() -> psutil.Process | None:
            now = watchdog(lease)
            return None if now is None or now.pid == first.pid else now

        assert wait_for(successor, "another one watches").status() != psutil.STATUS_STOPPED
    finally:
        with suppress(psutil.NoSuchProcess):
            first.kill()
