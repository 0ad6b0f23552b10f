"""A PostgreSQL that was killed, and whose end nobody has taken note of yet, keeps none from starting."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from stack.parts.postgres import clear_dead_lock
from tests.stack.waiting import wait_until


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "postmaster.pid"


def test_the_lock_of_a_dead_server_that_the_system_still_lists_is_removed(lock: Path) -> None:
    with subprocess.Popen((sys.executable, "-S", "-c", "")) as child:
        # Not waited for: it stays a zombie.
        wait_until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
        lock.write_text(f"{child.pid}\n{lock.parent}\n")
        clear_dead_lock(lock.parent)
        assert not lock.exists()


@pytest.mark.parametrize("content", [f"{os.getpid()}\n", "", "soon\n", f"{2**22 + 1}\n"])
def test_any_other_lock_is_left_to_the_server(lock: Path, content: str) -> None:
    lock.write_text(content)
    clear_dead_lock(lock.parent)
    assert lock.read_text() == content


def test_no_lock_is_fine(lock: Path) -> None:
    clear_dead_lock(lock.parent)
