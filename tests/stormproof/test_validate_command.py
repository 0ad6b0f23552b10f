"""`stormproof validate` says of any file what it is, or what it is not."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from stormproof.cli.app import build_app

ROOT = Path(__file__).parents[2]
SCENARIO = """
name: one
duration_s: 2
operations: [{name: x, path: /x}]
personas: [{name: p, rate_per_s: 5, operations: [{name: x, weight: 1}]}]
"""


def validate(folder: Path, content: str) -> tuple[int, str]:
    file = folder / "file.yaml"
    file.write_text(content)
    ended = CliRunner().invoke(
        build_app(), ["validate", str(file)], env={"STORMPROOF_HOME": str(folder), "COLUMNS": "500"}
    )
    return ended.exit_code, ended.output


def test_a_scenario_is_told(tmp_path: Path) -> None:
    code, told = validate(tmp_path, SCENARIO)
    assert code == 0
    assert "is valid: 5 arrivals/s for 2 s" in told


@pytest.mark.parametrize("content", ["", "just text", "- a list", "name: neither\n"])
def test_what_is_neither_plan_nor_scenario_is_told_so(content: str, tmp_path: Path) -> None:
    code, told = validate(tmp_path, content)
    assert code == 2
    assert "must be a plan, which has phases, a scenario, which has personas, an experiment" in told


def test_what_is_named_twice_is_not_taken_for_the_last(tmp_path: Path) -> None:
    code, told = validate(tmp_path, f"{SCENARIO}duration_s: 3\n")
    assert code == 2
    assert "'duration_s' is named twice" in told


def test_a_plan_has_one_target(tmp_path: Path) -> None:
    """Two are compared by a load: faults, contract and objectives are of one service."""
    code, told = validate(
        tmp_path,
        f"name: two\nscenario: {ROOT}/loadtests/scenarios/canary.yaml\nobjectives: {ROOT}/slo/objectives\n"
        "demands: [availability-enterprise]\nphases: [{name: baseline, duration_s: 5}]\n",
    )
    assert code == 2
    assert "has targets (stable, canary), a plan has one" in told
