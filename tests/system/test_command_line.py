"""What a user sees who types something wrong, or has something in the way."""

import socket
from pathlib import Path

import pytest

from tests.system.command import answered, plan_file, stormproof


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = stormproof("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for command in (
        "demo",
        "up",
        "down",
        "status",
        "serve",
        "run",
        "load",
        "chaos",
        "heal",
        "slo",
        "report",
        "import",
    ):
        assert f" {command} " in shown.stdout


def test_a_wrong_plan_runs_nothing_and_exits_2(tmp_path: Path) -> None:
    plan = plan_file(tmp_path, "  - {name: baseline, duration_s: -1}\n")
    ended = answered("run", str(plan), cwd=tmp_path)
    assert ended.returncode == 2
    assert "phases[0].duration_s: -1" in ended.stderr
    assert "nothing was run" in ended.stderr
    assert not (tmp_path / "runs").exists()


def test_an_unknown_demand_or_experiment_is_named_before_anything_starts(tmp_path: Path) -> None:
    plan = plan_file(tmp_path, "  - {name: baseline, duration_s: 5}\n")
    plan.write_text(plan.read_text().replace("availability-free", "availability-fre"))
    ended = answered("run", str(plan), cwd=tmp_path)
    assert ended.returncode == 2
    assert "availability-fre: must be one of availability-enterprise" in ended.stderr
    plan = plan_file(tmp_path, "  - {name: x, duration_s: 20, experiment: redis-dwn}\n")
    ended = answered("run", str(plan), cwd=tmp_path)
    assert ended.returncode == 2
    assert "redis-down" in ended.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    "arguments", [("slo", "nowhere", "--objectives", "nowhere"), ("report", "nowhere"), ("run", "nowhere")]
)
def test_a_path_that_is_not_there_exits_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ended = answered(*arguments, cwd=tmp_path)
    assert ended.returncode == 2, ended.stderr
    assert "nowhere" in ended.stderr


def test_load_off_loopback_is_refused(tmp_path: Path) -> None:
    scenario = Path(__file__).parents[2] / "loadtests/scenarios/baseline.yaml"
    ended = answered("load", str(scenario), "--target", "http://192.0.2.1", cwd=tmp_path)
    assert ended.returncode == 2
    assert "loopback" in ended.stderr
    assert not (tmp_path / "runs").exists()


def test_a_taken_port_exits_69_and_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORMPROOF_PORT_BASE", "24700")
    with socket.create_server(("127.0.0.1", 24703)):
        ended = stormproof("up", cwd=tmp_path)
    assert ended.returncode == 69, ended.stderr
    assert "24703" in ended.stderr
    assert "STORMPROOF_PORT_BASE" in ended.stderr
    status = stormproof("status", cwd=tmp_path)
    assert status.returncode == 69
    assert status.stdout.count("stopped") == 5, "what had started was stopped again"


def test_a_port_base_that_cannot_be_used_exits_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORMPROOF_PORT_BASE", "80")
    ended = answered("status", cwd=tmp_path)
    assert ended.returncode == 2
    assert "STORMPROOF_PORT_BASE='80'" in ended.stderr


def test_the_version_is_told(tmp_path: Path) -> None:
    shown = stormproof("--version", cwd=tmp_path)
    assert shown.returncode == 0
    assert shown.stdout.startswith("stormproof 0.")


def test_a_scenario_is_checked_wholly(tmp_path: Path) -> None:
    scenarios = Path(__file__).parents[2] / "loadtests/scenarios"
    checked = answered("validate", str(scenarios / "baseline.yaml"), cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert "205.6" in checked.stdout
    assert "20 of tier free" in checked.stdout
    (tmp_path / "users.csv").write_text("name,mail\nann\n")
    scenario = tmp_path / "mine.yaml"
    scenario.write_text(
        "name: mine\nduration_s: 1\ndata: [{file: users.csv}]\n"
        "operations: [{name: hello, path: '/hello/${users.nme}'}]\n"
        "personas: [{name: p, rate_per_s: 1, operations: [{name: hello, weight: 1}]}]\n"
    )
    refused = answered("validate", str(scenario), cwd=tmp_path)
    assert refused.returncode == 2
    assert "users.csv is not valid" in refused.stderr
    assert "line 2: 1 fields: must have 2" in refused.stderr
    (tmp_path / "users.csv").write_text("name,mail\nann,a@b\n")
    refused = answered("validate", str(scenario), cwd=tmp_path)
    assert refused.returncode == 2
    assert "operations[0].path: ${users.nme}: is not known here" in refused.stderr
    assert "users.name" in refused.stderr
