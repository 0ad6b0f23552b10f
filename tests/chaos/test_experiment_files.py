"""The experiments that come with the project are valid, sure to be rolled back, and found by name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from chaos.command import experiment_command
from chaos.errors import InvalidArgumentError
from chaos.experiment_files import experiment_names, experiment_path, experiments_dir
from chaos.faults import make_fault
from chaos.probes import speech_of
from chaos.targets.names import ALL

NAMES = experiment_names()
CHAOS = str(Path(sys.executable).with_name("chaos"))


def test_the_three_are_there() -> None:
    assert set(NAMES) >= {"redis-down", "elasticsearch-slow", "postgres-down"}


@pytest.mark.parametrize("name", NAMES)
def test_chaos_toolkit_validates_it(name: str) -> None:
    # With warnings counted as errors: a control that cannot be imported is only one of those.
    done = subprocess.run(
        [CHAOS, "--no-version-check", "--no-log-file", "validate", str(experiment_path(name))],
        capture_output=True,
        text=True,
        env=os.environ | {"STORMPROOF_PORT_BASE": "21000"},
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert "WARNING" not in output


@pytest.mark.parametrize("name", NAMES)
def test_it_is_told_under_its_name_and_healed_in_any_case(name: str) -> None:
    experiment = yaml.safe_load(experiment_path(name).read_text())
    assert experiment["configuration"]["experiment"] == name
    assert experiment["runtime"] == {"rollbacks": {"strategy": "always"}}
    assert [one["provider"]["func"] for one in experiment["rollbacks"]] == ["heal"]
    assert [one["provider"]["func"] for one in experiment["method"]] == ["inject", "hold", "heal"]
    assert [one["provider"]["module"] for one in experiment["controls"]] == ["chaos.controls"]


@pytest.mark.parametrize("name", NAMES)
def test_its_fault_and_targets_exist(name: str) -> None:
    experiment = yaml.safe_load(experiment_path(name).read_text())
    arguments = experiment["method"][0]["provider"]["arguments"]
    configuration = experiment["configuration"]
    parameters = {
        key: configuration[value[2:-1]] if value.startswith("${") else value
        for key, value in arguments.get("parameters", {}).items()
    }
    assert make_fault(arguments["fault"], parameters).name == arguments["fault"]
    assert arguments["targets"] == ALL or all(speech_of(target) for target in arguments["targets"])
    hypothesis = experiment["steady-state-hypothesis"]["probes"][0]["provider"]["arguments"]
    assert hypothesis["targets"] == arguments["targets"]


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidArgumentError, match=r"'redis-up' is unknown.*postgres-down, redis-down"):
        experiment_path("redis-up")


def test_the_command_always_rolls_back_and_writes_beside_the_journal() -> None:
    command = experiment_command(
        experiments_dir() / "redis-down.yaml", Path("/runs/r1"), 1.5, Path("/runs/r1/logs/redis-down.json")
    )
    assert command[:4] == (sys.executable, "-P", "-m", "chaostoolkit")
    text = " ".join(command)
    assert "--rollback-strategy always" in text
    assert "--log-file /runs/r1/logs/redis-down.log" in text
    assert "--journal-path /runs/r1/logs/redis-down.json" in text
    assert "--var run_dir=/runs/r1 --var hold_s:float=1.5" in text
    assert "--no-version-check" in command
