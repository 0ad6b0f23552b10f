"""Starting, knowing and ending processes."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from stack import (
    DiskFull,
    PartFailed,
    StackSettings,
    clear_owner,
    end_processes,
    exit_code,
    is_running,
    registry,
    set_owner,
    start_process,
    stop_process,
)
from stack.ending import kill_what_stays
from stack.starting import stack_registry
from tests.stack.programs_to_run import DEAF, FOREVER, WITH_CHILD, python_process
from tests.stack.waiting import wait_until


def _said(path: Path) -> str:
    wait_until(lambda: path.exists() and path.read_text().endswith("\n"))
    return path.read_text().strip()


def test_a_started_process_is_registered_with_how_to_start_it_again(
    settings: StackSettings, tmp_path: Path
) -> None:
    spec = replace(
        python_process(
            tmp_path, "import os; print(os.environ['ADDED'], os.nice(0), os.getsid(0) == os.getpid())"
        ),
        environment={"ADDED": "yes"},
        nice=3,
        ports=(24680,),
        run="a run",
    )
    process = start_process(settings, spec)
    assert registry(settings).processes == (process,)
    assert (process.argv, process.environment, process.nice) == (spec.argv, {"ADDED": "yes"}, 3)
    assert (process.ports, process.run, process.role) == ((24680,), "a run", "service")
    nice = os.nice(0) + 3
    assert _said(spec.log_file) == f"yes {nice} True"


def test_a_bare_environment_holds_nothing_of_the_caller(
    settings: StackSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx1k")
    spec = replace(
        python_process(tmp_path, "import os; print('JAVA_TOOL_OPTIONS' in os.environ)"), bare_environment=True
    )
    start_process(settings, spec)
    assert _said(spec.log_file) == "False"


def test_ending_a_process_ends_its_children_too(settings: StackSettings, tmp_path: Path) -> None:
    process = start_process(settings, python_process(tmp_path, WITH_CHILD))
    child = psutil.Process(int(_said(tmp_path / "service.log")))
    assert stop_process(settings, "service")
    assert not is_running(process)
    assert not child.is_running()
    assert registry(settings).processes == ()


def test_the_exit_code_tells_that_a_process_had_to_be_killed(settings: StackSettings, tmp_path: Path) -> None:
    asked = start_process(settings, python_process(tmp_path, FOREVER, "asked"))
    deaf = start_process(settings, python_process(tmp_path, DEAF, "deaf"))
    assert (_said(tmp_path / "asked.log"), _said(tmp_path / "deaf.log")) == ("here", "here")
    end_processes(settings, lambda _: True, timeout_s=0.5)
    assert (exit_code(asked), exit_code(deaf)) == (-signal.SIGTERM, -signal.SIGKILL)


def test_children_of_a_killed_process_are_ended(settings: StackSettings, tmp_path: Path) -> None:
    process = start_process(settings, python_process(tmp_path, WITH_CHILD))
    child = psutil.Process(int(_said(tmp_path / "service.log")))
    os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not is_running(process))
    assert child.is_running()
    stop_process(settings, "service")
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_frozen_process_ends(settings: StackSettings, tmp_path: Path) -> None:
    process = start_process(settings, python_process(tmp_path, FOREVER))
    _said(tmp_path / "service.log")
    os.kill(process.pid, signal.SIGSTOP)
    stop_process(settings, "service", timeout_s=60)
    assert not is_running(process)


def test_a_process_that_ignores_the_request_is_killed(settings: StackSettings, tmp_path: Path) -> None:
    process = start_process(settings, python_process(tmp_path, DEAF))
    _said(tmp_path / "service.log")
    stop_process(settings, "service", timeout_s=0.2)
    assert not is_running(process)


def test_another_process_that_got_the_pid_is_not_touched(settings: StackSettings, tmp_path: Path) -> None:
    process = start_process(settings, python_process(tmp_path, FOREVER))
    _said(tmp_path / "service.log")
    # As registered by a process of that pid that was started a minute earlier, and is gone.
    boot, _, tick = process.birth.partition(":")
    earlier = replace(process, birth=f"{boot}:{int(tick) - 6_000}")
    stack_registry(settings).update(lambda state: state.with_process(earlier))
    assert not is_running(earlier)
    stop_process(settings, "service")
    assert registry(settings).processes == ()
    assert is_running(process)
    stack_registry(settings).update(lambda state: state.with_process(process))


def test_a_process_is_known_though_the_time_of_day_was_set(settings: StackSettings, tmp_path: Path) -> None:
    process = start_process(settings, python_process(tmp_path, FOREVER))
    _said(tmp_path / "service.log")
    # As it reads once the clock was set forward by an hour: the kernel tells the start of each by the clock.
    before = replace(process, created_at_s=process.created_at_s - 3600)
    stack_registry(settings).update(lambda state: state.with_process(before))
    assert is_running(before)
    stop_process(settings, "service")
    assert not is_running(process)


def test_only_the_chosen_processes_are_ended(settings: StackSettings, tmp_path: Path) -> None:
    dead_run = start_process(settings, python_process(tmp_path, FOREVER, "generator", run="dead"))
    other = start_process(settings, python_process(tmp_path, FOREVER, "service", run="alive"))
    assert end_processes(settings, lambda process: process.run == "dead") == (dead_run,)
    assert not is_running(dead_run)
    assert is_running(other)


def test_a_process_started_again_replaces_the_one_of_its_name(
    settings: StackSettings, tmp_path: Path
) -> None:
    first = start_process(settings, python_process(tmp_path, FOREVER))
    second = start_process(settings, python_process(tmp_path, FOREVER))
    assert not is_running(first)
    assert registry(settings).processes == (second,)


def test_a_program_that_is_not_there_is_named(settings: StackSettings, tmp_path: Path) -> None:
    spec = replace(python_process(tmp_path, ""), argv=("/no/such/program",))
    with pytest.raises(PartFailed) as error:
        start_process(settings, spec)
    assert error.value.where == "/no/such/program"
    assert registry(settings).processes == ()


def test_a_process_that_cannot_be_registered_does_not_run(settings: StackSettings, tmp_path: Path) -> None:
    settings.state_dir.mkdir()
    full = settings.stack_file.with_name(f".{settings.stack_file.name}.new")
    full.symlink_to("/dev/full")
    code = f"import time; time.sleep(600)  # {tmp_path}"
    with pytest.raises(DiskFull) as error:
        start_process(settings, python_process(tmp_path, code))
    full.unlink()
    assert not [found for found in psutil.process_iter() if _runs(found, code)]
    assert str(tmp_path) in error.value.where


def _runs(process: psutil.Process, code: str) -> bool:
    try:
        return code in process.cmdline()
    except psutil.Error:
        return False


def test_the_owner_is_this_process_until_it_lets_go(settings: StackSettings) -> None:
    owner = set_owner(settings, "a run")
    assert owner.pid == os.getpid()
    assert registry(settings).owner == owner
    clear_owner(settings)
    assert registry(settings).owner is None


def test_one_whose_parent_takes_no_note_of_its_end_counts_as_ended() -> None:
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        kill_what_stays([child], 0.1)
        assert child.status() == psutil.STATUS_ZOMBIE
        parent.kill()
