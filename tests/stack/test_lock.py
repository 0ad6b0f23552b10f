"""The lock file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack import StackBusy
from stack.lock import file_lock
from tests.stack.waiting import wait_until

_HOLD = """
import sys, time
from pathlib import Path
from stack.lock import file_lock
with file_lock(Path(sys.argv[1]), timeout_s=1, purpose="holding"):
    print("held", flush=True)
    time.sleep(600)
"""


def _holder(path: Path) -> subprocess.Popen[bytes]:
    holder = subprocess.Popen([sys.executable, "-c", _HOLD, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    holder.stdout.close()
    return holder


def test_the_lock_of_a_killed_holder_is_free(tmp_path: Path) -> None:
    holder = _holder(tmp_path / "lock")
    holder.kill()
    holder.wait()
    with file_lock(tmp_path / "lock", timeout_s=0, purpose="testing"):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_who_holds_it_for_too_long_is_named(tmp_path: Path) -> None:
    holder = _holder(tmp_path / "lock")
    waited_for: list[str] = []
    try:
        with (
            pytest.raises(StackBusy) as error,
            file_lock(tmp_path / "lock", timeout_s=0.2, purpose="holding", on_wait=waited_for.append),
        ):
            pytest.fail("two hold it")
    finally:
        holder.kill()
        holder.wait()
    assert waited_for == [str(holder.pid)]
    assert f"process {holder.pid} is still holding" in error.value.what
    wait_until(lambda: holder.poll() is not None)


def test_waiting_can_be_given_up(tmp_path: Path) -> None:
    def give_up() -> None:
        raise InterruptedError

    holder = _holder(tmp_path / "lock")
    try:
        with (
            pytest.raises(InterruptedError),
            file_lock(tmp_path / "lock", timeout_s=600, purpose="testing", check=give_up),
        ):
            pytest.fail("two hold it")
    finally:
        holder.kill()
        holder.wait()
