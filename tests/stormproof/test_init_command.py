"""`stormproof init` starts a game day that can be run as it stands."""

import json
from pathlib import Path

import pytest

from tests.system.command import answered

TARGET = ("--target", "http://127.0.0.1:8080/health?deep=1")
DEPENDENCY = ("--dependency", "orders=postgres", "--toxiproxy", "127.0.0.1:8474")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("further", [(), DEPENDENCY])
def test_what_it_writes_is_valid_as_it_stands(further: tuple[str, ...], tmp_path: Path) -> None:
    ended = answered("init", "day", *TARGET, *further, "--rate-per-s", "30", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    for file in (tmp_path / "day").iterdir():
        if file.name != "objectives.yaml":
            told = answered("validate", str(file), cwd=tmp_path)
            assert told.returncode == 0, (file, told.stderr)
    outline = json.loads(answered("run", "day/plan.yaml", "--dry-run", "--json", cwd=tmp_path).stdout)
    assert (outline["target"], outline["rate_per_s"]) == ("http://127.0.0.1:8080", 30)
    faults = [
        fault["targets"]
        for phase in outline["phases"]
        for experiment in phase["experiments"]
        for fault in experiment["faults"]
    ]
    assert faults == ([["orders"]] if further else [])
    assert 'path: "/health?deep=1"' in (tmp_path / "day/load.yaml").read_text()


def test_it_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "load.yaml").write_text("mine")
    ended = answered("init", ".", *TARGET, cwd=tmp_path)
    assert (ended.returncode, "load.yaml: there already" in ended.stderr) == (2, True)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir() if path.is_file()] == [
        ("load.yaml", "mine")
    ]


def test_a_target_elsewhere_is_for_whoever_runs_it_to_confirm(tmp_path: Path) -> None:
    answered("init", "day", "--target", "https://shop.example.org/", cwd=tmp_path)
    refused = answered("validate", "day/plan.yaml", cwd=tmp_path)
    assert refused.returncode == 2
    plan = tmp_path / "day/plan.yaml"
    plan.write_text(plan.read_text().replace("# confirm_hosts", "confirm_hosts"))
    assert answered("validate", "day/plan.yaml", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("wrong", [("--target", "shop"), (*TARGET, "--dependency", "orders=oracle")])
def test_what_it_cannot_use_is_told_and_nothing_is_written(wrong: tuple[str, ...], tmp_path: Path) -> None:
    ended = answered("init", "day", *wrong, cwd=tmp_path)
    assert (ended.returncode, "must be" in ended.stderr) == (2, True)
    assert not (tmp_path / "day").exists()
