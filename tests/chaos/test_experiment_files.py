"""The experiments that come with the project are valid, sure to be rolled back, and found by name."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from chaoslib import substitute
from chaoslib.experiment import ensure_experiment_is_valid
from chaoslib.loader import load_experiment

from chaos.command import experiment_command
from chaos.errors import InvalidArgumentError
from chaos.experiment_files import experiment_names, experiment_path, experiments_dir
from chaos.faults import make_fault
from chaos.probes import speech_of
from chaos.targets.names import ALL
from stormproof.run.service import SERVICE

NAMES = experiment_names()
CHAOS = str(Path(sys.executable).with_name("chaos"))


def test_the_three_are_there() -> None:
    assert set(NAMES) >= {"redis-down", "elasticsearch-slow", "postgres-down"}


@pytest.mark.parametrize("name", NAMES)
def test_chaos_toolkit_finds_it_valid_and_warns_of_nothing(
    name: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORMPROOF_PORT_BASE", "21000")
    monkeypatch.setattr(logging.getLogger("chaostoolkit"), "propagate", True)
    # A control that cannot be imported is only a warning.
    with caplog.at_level(logging.WARNING, "chaostoolkit"):
        ensure_experiment_is_valid(load_experiment(str(experiment_path(name))))
    assert caplog.records == []


def test_chaos_validate_says_so() -> None:
    done = subprocess.run(
        [CHAOS, "--no-version-check", "--no-log-file", "validate", str(experiment_path("partition"))],
        capture_output=True,
        text=True,
        env=os.environ | {"STORMPROOF_PORT_BASE": "21000"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_it_is_told_under_its_name_and_healed_in_any_case(name: str) -> None:
    experiment = yaml.safe_load(experiment_path(name).read_text())
    assert experiment["configuration"]["experiment"] == name
    assert experiment["runtime"] == {"rollbacks": {"strategy": "always"}}
    assert [one["provider"]["func"] for one in experiment["rollbacks"]] == ["heal"]
    *injected, held, healed = [one["provider"]["func"] for one in experiment["method"]]
    assert (set(injected), held, healed) == ({"inject"}, "hold", "heal")
    assert [one["provider"]["module"] for one in experiment["controls"]] == ["chaos.controls"]


@pytest.mark.parametrize("name", NAMES)
def test_its_fault_and_targets_exist(name: str) -> None:
    experiment = yaml.safe_load(experiment_path(name).read_text())
    broken: list[str] = []
    for action in experiment["method"][:-2]:
        arguments = substitute(action["provider"]["arguments"], experiment["configuration"], {})
        assert make_fault(arguments["fault"], arguments.get("parameters", {})).name == arguments["fault"]
        broken += [ALL] if arguments["targets"] == ALL else arguments["targets"]
    assert broken == [ALL] or all(speech_of(target) for target in set(broken) - {SERVICE})
    assert asked_in_steady_state(experiment) == broken


def asked_in_steady_state(experiment: dict[str, Any]) -> list[str]:
    """Dependencies and services by their names."""
    asked: list[str] = []
    for probe in experiment["steady-state-hypothesis"]["probes"]:
        arguments = substitute(probe["provider"]["arguments"], experiment["configuration"], {})
        names = arguments["services" if probe["provider"]["func"] == "ready" else "targets"]
        asked += [ALL] if names == ALL else names
    return asked


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidArgumentError, match=r"'redis-up' is unknown.*postgres-slow, redis-cache-down"):
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
