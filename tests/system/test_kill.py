"""Whatever kills a run: no fault stays, no process is orphaned, the evidence up to then is readable."""

import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import stack
from evidence.record_reader import record_files
from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.timeline import fault_windows, read_timeline
from evidence.verdict_record import Verdict
from tests.conftest import RealStack
from tests.system.command import answered, plan_file, started, stormproof
from tests.system.waiting import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

PHASES = """
  - {name: warm-up, duration_s: 1}
  - {name: redis-down, duration_s: 60, experiment: redis-down, hold_s: 50}
"""


def broken_proxies(port_base: int) -> list[str]:
    """Proxies that are disabled or carry a toxic."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port_base + 9}/proxies", timeout=5) as answer:
        proxies = json.load(answer)
    return sorted(name for name, proxy in proxies.items() if not proxy["enabled"] or proxy["toxics"])


def run_folder(cwd: Path) -> RunFolder | None:
    folders = [path for path in cwd.glob("runs/*") if (path / "run.json").exists()]
    return RunFolder(folders[0]) if folders else None


def in_fault(cwd: Path) -> RunFolder | None:
    """The run, once both faults are verified and records are on disk."""
    run = run_folder(cwd)
    if run is None:
        return None
    windows = fault_windows(read_timeline(run.timeline_file))
    felt = len(windows) == 2 and all(window.felt for window in windows)
    return run if felt and any(run.path.glob("requests/*")) else None


def run_processes(settings: stack.StackSettings) -> list[stack.ManagedProcess]:
    return [process for process in stack.registry(settings).processes if process.role != "part"]


@pytest.fixture
def healed_after(real_stack: RealStack, tmp_path: Path) -> Iterator[None]:
    yield
    answered("heal", cwd=tmp_path)


def test_heal_clears_what_a_killed_run_left(
    real_stack: RealStack, tmp_path: Path, healed_after: None
) -> None:
    with started("run", str(plan_file(tmp_path, PHASES)), cwd=tmp_path) as process:
        run = wait_for(lambda: in_fault(tmp_path), "the faults are felt")
        assert broken_proxies(real_stack.port_base) == ["redis-cache", "redis-state"]
        left = run_processes(real_stack.settings)
        assert {one.role for one in left} == {"service", "generator", "experiment"}
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    # Nobody looks any more whether users suffer too much: the experiment's watchdog heals at once.
    wait_for(lambda: broken_proxies(real_stack.port_base) == [], "nothing is broken", within_s=20)

    healed = stormproof("heal", cwd=tmp_path)
    assert healed.returncode == 0, healed.stderr
    assert broken_proxies(real_stack.port_base) == []
    assert not [one for one in left if psutil.pid_exists(one.pid) and stack.is_running(one)]
    assert run_processes(real_stack.settings) == []
    assert {part.state for part in stack.status(real_stack.settings)} == {"running"}, "it was up before"

    files = record_files(run.path, REQUESTS)
    assert files.parquet
    assert files.being_written == ()
    assert all(window.healed for window in fault_windows(read_timeline(run.timeline_file)))
    objectives = Path(__file__).parents[2] / "slo/objectives"
    judged = answered("slo", str(run.path), "--objectives", str(objectives), cwd=tmp_path)
    assert judged.returncode == Verdict.INVALID.exit_code, judged.stderr
    assert answered("report", str(run.path), cwd=tmp_path).returncode == 0


def test_the_next_up_clears_it_too(real_stack: RealStack, tmp_path: Path, healed_after: None) -> None:
    with started("run", str(plan_file(tmp_path, PHASES)), cwd=tmp_path) as process:
        wait_for(lambda: in_fault(tmp_path), "the faults are felt")
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    up = stormproof("up", cwd=tmp_path)
    assert up.returncode == 0, up.stderr
    assert broken_proxies(real_stack.port_base) == []
    assert run_processes(real_stack.settings) == []


def test_an_interrupt_heals_drains_and_still_reports(
    real_stack: RealStack, tmp_path: Path, healed_after: None
) -> None:
    with started("run", str(plan_file(tmp_path, PHASES)), cwd=tmp_path) as process:
        run = wait_for(lambda: in_fault(tmp_path), "the faults are felt")
        os.kill(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=90)
    assert process.returncode == 130, output
    assert broken_proxies(real_stack.port_base) == []
    assert run_processes(real_stack.settings) == []
    assert run.read_run().interrupted
    verdict = run.read_verdict()
    assert verdict.verdict is Verdict.INVALID
    assert (run.path / "report.html").exists()
    assert all(window.healed for window in fault_windows(read_timeline(run.timeline_file)))


def test_a_starved_generator_makes_the_run_invalid(
    real_stack: RealStack, tmp_path: Path, healed_after: None
) -> None:
    plan = plan_file(tmp_path, "  - {name: warm-up, duration_s: 2}\n  - {name: baseline, duration_s: 10}\n")
    with started("run", str(plan), cwd=tmp_path) as process:

        def generating() -> psutil.Process | None:
            run = run_folder(tmp_path)
            found = [one for one in run_processes(real_stack.settings) if one.role == "generator"]
            phases = read_timeline(run.timeline_file) if run else ()
            walked = any(event.name == "baseline" for event in phases)
            return psutil.Process(found[0].pid) if found and walked else None

        generator = wait_for(generating, "the baseline goes on")
        # A tenth of the load finds no CPU at all: what a busy machine does to a generator, made sure of.
        generator.suspend()
        try:
            with pytest.raises(psutil.TimeoutExpired):
                generator.wait(timeout=1.0)
        finally:
            generator.resume()
        output, _ = process.communicate(timeout=120)
    assert process.returncode == Verdict.INVALID.exit_code, output
    run = run_folder(tmp_path)
    assert run is not None
    checks = {check.name: check for check in run.read_verdict().validity.checks}
    assert not checks["dispatch-lag-p99-ms"].held
    assert checks["records-complete"].held, "late arrivals are recorded, not dropped"
