"""What `stormproof capacity` refuses before it starts anything."""

from pathlib import Path

import pytest
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
