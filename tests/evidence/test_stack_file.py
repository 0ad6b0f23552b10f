"""`stack.json` is changed by two rooms, under one lock, and neither loses what the other wrote."""

import stat
import threading
from pathlib import Path

import pytest

from evidence.documents import write_document
from evidence.errors import InvalidFile
from evidence.file_lock import LockBusy, file_lock
from evidence.stack_file import open_stack
from evidence.stack_record import StackProcess, StackRecord, read_stack
from stack.registry import ManagedProcess, Registry


def managed(name: str, pid: int) -> ManagedProcess:
    return ManagedProcess(name, "part", pid, 1.0, ("x",), "/", {}, None, 0, (), "/dev/null")


@pytest.fixture
def stack_file(tmp_path: Path) -> Path:
    registry = Registry(tmp_path / "stack.json", 7000)
    registry.update(lambda state: state.with_process(managed("postgres", 11)))
    return registry.path


def test_a_process_that_was_started_again_is_registered_as_it_is_now(stack_file: Path) -> None:
    with open_stack(stack_file) as stack:
        process = stack.process("postgres")
        assert process is not None
        now = stack.runs_now_as(process, 12, 2.5, "a boot:7", "a fault")
        assert stack.process("redis") is None
    (read,) = Registry(stack_file, 7000).read().processes
    assert (read.pid, read.created_at_s, read.birth) == (12, 2.5, "a boot:7")
    assert (read.argv, read.fault) == (("x",), "a fault")
    assert read_stack(stack_file).processes == (now,)
    assert stat.S_IMODE(stack_file.stat().st_mode) == 0o600


def test_both_writers_wait_for_each_other(stack_file: Path) -> None:
    registry = Registry(stack_file, 7000)
    writers = [
        threading.Thread(
            target=lambda pid=pid: registry.update(lambda state: state.with_process(managed(f"p{pid}", pid)))
        )
        for pid in range(20, 30)
    ]
    with open_stack(stack_file) as stack:
        for one in writers:
            one.start()
        process = stack.process("postgres")
        assert process is not None
        stack.runs_now_as(process, 12, 2.5, "", None)
    for one in writers:
        one.join()
    known = {one.name: one.pid for one in registry.read().processes}
    assert known == {"postgres": 12, **{f"p{pid}": pid for pid in range(20, 30)}}


def test_a_lock_that_is_held_too_long_is_told_with_its_holder(tmp_path: Path) -> None:
    with (
        file_lock(tmp_path / "lock", timeout_s=1),
        pytest.raises(LockBusy, match=r"process \d+ has held it"),
        file_lock(tmp_path / "lock", timeout_s=0),
    ):
        pass


def test_no_stack_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="no such file"), open_stack(tmp_path / "stack.json"):
        pass


def test_a_record_without_a_fault_is_read(tmp_path: Path) -> None:
    process = StackProcess("a", "part", 1, 1.0, ("x",), "/", {}, None, 0, (), "/dev/null", None)
    write_document(tmp_path / "stack.json", StackRecord(7000, (), (process,)), StackRecord)
    assert read_stack(tmp_path / "stack.json").processes[0].fault is None
