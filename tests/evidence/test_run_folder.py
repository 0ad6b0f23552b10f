"""A run has a folder of its own, named by UTC time and plan."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.clock import AnchoredClock
from evidence.run_folder import RunFolder, create_run_folder
from evidence.run_record import Machine, RunRecord

NOON_NS = 1_795_348_800_000_000_000


def test_a_folder_is_named_by_time_and_plan(tmp_path: Path) -> None:
    first = create_run_folder(tmp_path / "runs", "demo", NOON_NS)
    second = create_run_folder(tmp_path / "runs", "demo", NOON_NS + 5)
    assert first.id == "20261122T120000Z-demo"
    assert second.id == "20261122T120000Z-demo-2"
    assert first.path.is_dir()


def test_a_clock_step_does_not_move_instants() -> None:
    wall, monotonic = [1_000], [50]
    clock = AnchoredClock.anchor(lambda: wall[0], lambda: monotonic[0])
    monotonic[0] += 7
    wall[0] -= 500
    assert clock.now_ns() == 1_007


def test_a_run_of_the_first_schema_is_still_read(tmp_path: Path) -> None:
    record = RunRecord(
        id="20261122T120000Z-demo",
        plan="demo",
        scenario="demo",
        target="http://127.0.0.1:21080",
        started_ns=NOON_NS,
        load_start_ns=NOON_NS,
        ended_ns=NOON_NS,
        seeds={},
        versions={},
        machine=Machine("Linux", 2, 4096, "3.13.0"),
        service_settings={},
        scheduled=(),
        rate_limits=None,
    )
    folder = RunFolder(tmp_path)
    folder.write_run(record)
    assert folder.read_run() == record
    content = json.loads(folder.run_file.read_text())
    assert content.pop("imported") is None
    folder.run_file.write_text(json.dumps(content | {"schema": 1}))
    assert folder.read_run() == replace(record, schema=1)


@pytest.mark.parametrize(
    ("plan", "ending"),
    [("../etc/x y", "-..-etc-x-y"), ("größe", "-größe"), ("a" * 300, f"-{'a' * 100}"), ("", "-")],
)
def test_any_name_makes_one_folder_where_runs_lie(plan: str, ending: str, tmp_path: Path) -> None:
    folder = create_run_folder(tmp_path / "runs", plan, 0)
    assert folder.path.parent == tmp_path / "runs"
    assert folder.id.endswith(ending)
    assert folder.path.is_dir()
