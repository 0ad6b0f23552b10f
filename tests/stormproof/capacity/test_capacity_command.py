"""What `stormproof capacity` refuses before it starts anything."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import loadtests
from stormproof.cli.app import build_app

SCENARIOS = Path(loadtests.__file__).parent / "scenarios"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("canary.yaml",), "has targets (stable, canary)"),
        (("baseline.yaml", "--target", "http://192.0.2.1"), "--confirm-host 192.0.2.1"),
        (("baseline.yaml", "--target", "http://192.0.2.1", "--confirm-host", "192.0.2.2"), "not on loopback"),
        (("nowhere.yaml",), "no such file"),
    ],
)
def test_it_exits_2_and_says_why(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    scenario, *options = arguments
    environment = {"STORMPROOF_HOME": str(tmp_path), "COLUMNS": "500"}
    ended = CliRunner().invoke(
        build_app(), ["capacity", str(SCENARIOS / scenario), *options], env=environment
    )
    assert ended.exit_code == 2, ended.output
    assert told in ended.output


STEPS = {"kind": "steps", "steps": [{"rate_per_s": 0, "for_s": 5}, {"rate_per_s": 60, "for_s": 5}]}


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        ({"profile": STEPS}, "sends nothing in 2 s"),
        ({"rate_per_s": 10, "at_most": 500}, "the arrivals of p after 500 end"),
    ],
)
def test_a_mix_without_a_rate_of_its_own_is_refused(
    rate: dict[str, object], told: str, tmp_path: Path
) -> None:
    content = {
        "name": "odd",
        "duration_s": 2,
        "operations": [{"name": "ping", "path": "/ping"}],
        "personas": [{"name": "p", "operations": [{"name": "ping", "weight": 1}], **rate}],
    }
    scenario = tmp_path / "odd.yaml"
    scenario.write_text(yaml.safe_dump(content))
    environment = {"STORMPROOF_HOME": str(tmp_path), "COLUMNS": "500"}
    arguments = ["capacity", str(scenario), "--target", "http://127.0.0.1:9"]
    ended = CliRunner().invoke(build_app(), arguments, env=environment)
    assert ended.exit_code == 2, ended.output
    assert told in ended.output
