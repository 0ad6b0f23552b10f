"""A run has a folder of its own, named by UTC time and plan."""

from pathlib import Path

from evidence.clock import AnchoredClock
from evidence.run_folder import create_run_folder

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
