"""One process at a time is at a fault; who is dead, or stopped, holds nobody up."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from evidence.undo_claim import take_claim

HOLDER = """
import sys, time
from pathlib import Path
from evidence.undo_claim import take_claim
assert take_claim(Path(sys.argv[1]), "a", sleep=time.sleep)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def undo_file(tmp_path: Path) -> Path:
    return tmp_path / "undo.jsonl"


@pytest.fixture
def holder(undo_file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has the claim on a."""
    command = (sys.executable, "-c", HOLDER, str(undo_file))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_who_comes_second_does_not_get_it(undo_file: Path, holder: subprocess.Popen[bytes]) -> None:
    slept: list[float] = []
    assert take_claim(undo_file, "a", within_s=0.1, sleep=slept.append) is None
    assert sum(slept) == pytest.approx(0.1)
    other = take_claim(undo_file, "b", sleep=time.sleep)
    assert other is not None
    other.release(done=True)


def test_the_claim_of_a_dead_process_is_free(undo_file: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait()
    claim = take_claim(undo_file, "a", sleep=time.sleep)
    assert claim is not None
    claim.release(done=True)


def test_a_holder_that_is_stopped_is_passed_over(undo_file: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.send_signal(signal.SIGSTOP)
    while psutil.Process(holder.pid).status() != psutil.STATUS_STOPPED:
        pass  # the kernel stops it within microseconds
    claim = take_claim(undo_file, "a", within_s=60, sleep=time.sleep)
    assert claim is not None
    claim.release(done=False)


def test_what_is_done_leaves_no_file(undo_file: Path) -> None:
    claim = take_claim(undo_file, "a", sleep=time.sleep)
    assert claim is not None
    assert take_claim(undo_file, "a", sleep=time.sleep) is None
    claim.release(done=True)
    assert list((undo_file.parent / "undo-claims").iterdir()) == []
