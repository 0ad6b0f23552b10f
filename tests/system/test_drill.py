"""Drills as a user runs them: one to its end, one that is killed in the middle."""

import json
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import stack
from evidence.drill_record import DrillOutcome
from evidence.ports import HOST, StackPorts
from evidence.run_folder import RunFolder
from evidence.timeline import phase_windows, read_timeline
from stormproof.run.drill_mark import is_drill_marked
from tests.conftest import RealStack
from tests.system.command import started, stormproof
from tests.system.waiting import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.timeout(280)]


@pytest.fixture
def healed_after(real_stack: RealStack, tmp_path: Path) -> Iterator[None]:
    yield
    stormproof("heal", cwd=tmp_path)


def run_folder(cwd: Path) -> RunFolder | None:
    return next((RunFolder(path) for path in cwd.glob("runs/*") if path.is_dir()), None)


def documents(real_stack: RealStack) -> int:
    """How many Elasticsearch has of all tenants."""
    port = StackPorts(real_stack.port_base).direct("elasticsearch")
    url = f"http://{HOST}:{port}/documents-*/_count"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(json.load(answer)["count"])


def assert_all_is_in_order(real_stack: RealStack) -> None:
    settings = real_stack.settings
    assert {part.state for part in stack.status(settings)} == {"running"}
    assert [one.name for one in stack.registry(settings).processes if one.role != "part"] == []
    assert not stack.is_anything_set_aside(settings)
    assert not is_drill_marked(real_stack.home)


def test_a_drill_tells_what_it_took_and_leaves_all_in_order(
    real_stack: RealStack, tmp_path: Path, healed_after: None
) -> None:
    drilled = stormproof("drill", "redis-restarted", cwd=tmp_path, timeout_s=240)
    assert drilled.returncode == 0, drilled.stderr + drilled.stdout
    assert "redis-restarted" in drilled.stdout
    run = run_folder(tmp_path)
    assert run is not None
    record = run.read_drill()
    assert (record.drill, record.outcome, record.met) == ("redis-restarted", DrillOutcome.RECOVERED, True)
    assert record.failed_ns is not None
    assert record.restored_ns is not None
    assert 0 < (record.restored_ns - record.failed_ns) / 1e9 < 120
    assert record.acknowledged > 0
    assert {one.store for one in record.lost} <= {"redis-state"}, "no document is lost with it"
    assert [phase.name for phase in phase_windows(read_timeline(run.timeline_file))] == [
        "baseline",
        "failure",
        "aftermath",
    ]
    assert_all_is_in_order(real_stack)


def test_heal_puts_back_what_a_killed_drill_had_taken_away(
    real_stack: RealStack, tmp_path: Path, healed_after: None
) -> None:
    with started("drill", "elasticsearch-restored", cwd=tmp_path) as process:
        wait_for(lambda: stack.is_anything_set_aside(real_stack.settings), "data are set aside", within_s=120)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    assert is_drill_marked(real_stack.home)

    healed = stormproof("heal", cwd=tmp_path)

    assert healed.returncode == 0, healed.stderr
    assert_all_is_in_order(real_stack)
    assert documents(real_stack) >= 1000


def test_drills_can_be_listed_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    listed = stormproof("drill", "--list", cwd=tmp_path)
    assert listed.returncode == 0
    assert "standby-promoted" in listed.stdout
    refused = stormproof("drill", "no-such", cwd=tmp_path)
    assert refused.returncode == 2
    assert "must be one of" in refused.stderr
    assert not (tmp_path / "runs").exists()
