"""`stack.json` under crashes, concurrency and damage."""

import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.stack_record import read_stack
from stack import ManagedProcess, Owner, StateUnreadable
from stack.registry import Part, Registry, StackState
from tests.stack.waiting import wait_until


def made_process(name: str, pid: int = 4_000_000) -> ManagedProcess:
    return ManagedProcess(
        name=name,
        role="generator",
        pid=pid,
        created_at_s=1.5,
        argv=("/bin/true", "é"),
        cwd="/",
        environment={"A": "b"},
        user=None,
        nice=0,
        ports=(24690,),
        log_file="/dev/null",
        run="a run",
    )


_ADDING = """
import sys
from dataclasses import replace
from pathlib import Path
from stack.registry import Registry
from tests.stack.test_registry import made_process
registry, worker = Registry(Path(sys.argv[1]), 24600), sys.argv[2]
count = 0
while count < int(sys.argv[3]):
    registry.update(lambda state: state.with_process(made_process(f"{worker}-{count}")))
    count += 1
"""


def _adder(path: Path, worker: str, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _ADDING, str(path), worker, str(times)])


def test_nothing_is_registered_before_the_first_start(tmp_path: Path) -> None:
    assert Registry(tmp_path / "stack.json", 24600).read() == StackState(port_base=24600)


def test_what_is_written_is_read_back_here_and_by_evidence(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "stack.json", 24600)
    state = StackState(
        port_base=24600,
        parts=(Part("postgres", "18.6", 24602, "postgres", 24612), Part("toxiproxy", "2", 24609, None, None)),
        processes=(made_process("generator"),),
        owner=Owner(pid=7, created_at_s=2.25, run="a run"),
    )
    registry.update(lambda _: state)
    assert registry.read() == state

    record = read_stack(registry.path)
    assert record.port_base == 24600
    assert record.owner is not None
    assert record.owner.created_at_s == 2.25
    assert [part.proxy_port for part in record.parts] == [24612, None]
    assert record.processes[0].argv == ("/bin/true", "é")
    assert record.processes[0].run == "a run"


def test_only_the_user_reads_what_processes_were_given(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "stack.json", 24600)
    registry.update(lambda state: replace(state, processes=(made_process("service"),)))
    assert stat.S_IMODE(registry.path.stat().st_mode) == 0o600


def test_changes_by_several_processes_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    adders = [_adder(path, worker, 15) for worker in "abc"]
    assert [adder.wait() for adder in adders] == [0, 0, 0]
    names = {process.name for process in Registry(path, 24600).read().processes}
    assert names == {f"{worker}-{number}" for worker in "abc" for number in range(15)}


def test_the_file_is_whole_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "stack.json", 24600)
    seen = 0
    for _ in range(4):
        adder = _adder(registry.path, "killed", 100_000)
        wait_until(lambda: len(registry.read().processes) > seen)  # noqa: B023 -- called before the loop goes on
        adder.kill()
        adder.wait()
        seen = len(registry.read().processes)
        # Nor does it leave its lock behind.
        registry.update(lambda state: replace(state, owner=None))


@pytest.mark.parametrize(
    "content",
    ["", "{", '{"schema": 9, "port_base": 1}', '{"port_base": 1, "extra": 2}'],
    ids=lambda c: c or "empty",
)
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "stack.json"
    path.write_text(content)
    with pytest.raises(StateUnreadable) as error:
        Registry(path, 24600).read()
    assert error.value.where == str(path)
    assert f"rm {path}" in error.value.next_step


def test_ending_a_process_keeps_the_one_started_since_under_its_name() -> None:
    old, new = made_process("service", pid=10), made_process("service", pid=11)
    state = StackState(port_base=1).with_process(old).with_process(new)
    assert state.without((old,)).processes == (new,)
