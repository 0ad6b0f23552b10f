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


SLO = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: answered}
spec:
  service: shop
  indicator:
    spec:
      ratioMetric:
        good: {metricSource: {type: stormproof, spec: {indicator: availability}}}
        total: {metricSource: {type: stormproof, spec: {indicator: requests}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{targetPercent: 99.5}]
"""
SLOTH = """
version: prometheus/v1
service: shop
slos:
  - name: answered
    objective: 99.9
    sli: {events: {error_query: "sum(rate(bad[{{.window}}]))", total_query: "sum(rate(all[{{.window}}]))"}}
    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}
"""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (SLO, "1 objective.\n  answered: availability, 99.5% over 28d"),
        (f"{SLO}---{SLO.replace('answered', 'two')}", "2 objectives."),
        (SLOTH, "1 objective.\n  shop-answered: availability, 99.9% over 30d"),
    ],
)
def test_objectives_are_told(content: str, told: str, tmp_path: Path) -> None:
    code, output = validate(tmp_path, content)
    assert code == 0, output
    assert f"is valid: {told}" in output


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (SLO.replace("99.5", "0.995"), "spec.objectives[0].targetPercent: 0.995: under 1%"),
        (SLO.replace("openslo/v1", "openslo/v2"), "apiVersion: 'openslo/v2'"),
        (SLOTH.replace("99.9", "0.999"), "slos[0].objective: 0.999"),
    ],
)
def test_objectives_that_are_not_valid_are_told_so(content: str, told: str, tmp_path: Path) -> None:
    code, output = validate(tmp_path, content)
    assert code == 2
    assert told in output
