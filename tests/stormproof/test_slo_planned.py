"""`stormproof slo RUN` alone: a run is judged by what its plan named."""

import json
from pathlib import Path

import pytest

from evidence.run_folder import RunFolder
from stormproof.plan import read_plan
from stormproof.run.inputs import keep_inputs
from tests.slo.runs import steady, with_bad, write_run
from tests.stormproof.test_slo_command import OBJECTIVES, stormproof, table

PLAN = """
name: made
scenario: load.yaml
objectives: objectives
demands: [available]
question: window
phases: [{name: warm-up, duration_s: 1}, {name: baseline, duration_s: 9}]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of its own for each test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")


@pytest.fixture
def planned() -> str:
    """A run that met 95% in its window, and cannot be told to by inference; another objective is missed."""
    run = write_run(Path(), with_bad(steady(1000), *range(100, 149)))
    Path("objectives").mkdir()
    other = OBJECTIVES.replace("name: available", "name: strict").replace("0.95", "0.999")
    Path("objectives/available.yaml").write_text(OBJECTIVES)
    Path("objectives/strict.yaml").write_text(other)
    Path("plan.yaml").write_text(PLAN)
    Path("slo.yaml").write_text(OBJECTIVES)
    keep_inputs(RunFolder(run.path), read_plan(Path("plan.yaml")), (), None)
    return str(run.path)


def test_it_is_judged_by_the_demands_and_the_question_of_its_plan(planned: str) -> None:
    ended = stormproof("slo", planned, "--json")
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)["objectives"]
    assert {(one["name"], one["demanded"]) for one in told} == {("available", True), ("strict", False)}


def test_what_is_said_goes_before_what_was_planned(planned: str) -> None:
    assert stormproof("slo", planned, "--demand", "strict").exit_code == 1
    assert stormproof("slo", planned, "--looks", "0").exit_code == 3
    assert stormproof("slo", planned, "--objectives", "slo.yaml").exit_code == 3


@pytest.mark.parametrize("sources", [(), ("access.csv",), ("--prometheus", "http://127.0.0.1:9")])
def test_what_no_plan_was_kept_for_needs_objectives(sources: tuple[str, ...]) -> None:
    table(59)
    ended = stormproof("slo", *sources)
    assert ended.exit_code == 2
    assert "--objectives PATH: must be said" in ended.output


def test_a_run_without_a_plan_needs_objectives() -> None:
    run = write_run(Path(), steady(10))
    ended = stormproof("slo", str(run.path))
    assert ended.exit_code == 2
    assert f"stormproof slo {run.path.absolute()} --objectives PATH" in ended.output
