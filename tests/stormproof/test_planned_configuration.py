"""What a plan gives its experiments must arrive: else the run would break nothing, or something else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest
from pydantic import JsonValue
from typer.testing import CliRunner

from chaos.supervision.experiment_file import Activity, ExperimentFile, Provider
from stormproof.cli.app import build_app
from stormproof.plan import Plan, PlannedPhase
from stormproof.planned_experiment import PlannedExperiment
from stormproof.run.planned_configuration import configuration_problems
from stormproof.run.prepared_experiment import PreparedExperiment

ROOT = Path(__file__).parents[2]
OURS = Activity("inject", "action", Provider("python", module="chaos.actions", func="inject"))
FOREIGN = Activity("stop", "action", Provider("process", path="stop-it"))
WITHOUT = {"experiment": "experiment: warehouse-down, ", "run_dir": 'run_dir: "", '}
TAKES_ALL: dict[str, JsonValue] = {"experiment": "stock-down", "run_dir": "", "hold_s": 5, "latency_ms": 10}


def problems(
    planned: PlannedExperiment, configuration: Mapping[str, JsonValue], activity: Activity = OURS
) -> list[str]:
    phase = PlannedPhase("stock-down", 30, experiments=(planned,))
    plan = Plan("day", "load.yaml", "slo", (), (PlannedPhase("baseline", 5), phase))
    parsed = ExperimentFile("made", configuration=configuration, method=(activity,))
    prepared = PreparedExperiment(Path("/days/stock-down.yaml"), parsed, ())
    return [str(one) for one in configuration_problems(plan, {planned.experiment: prepared})]


def test_an_experiment_that_takes_what_the_plan_gives_is_left_alone() -> None:
    planned = PlannedExperiment("stock-down.yaml", hold_s=9, variables={"latency_ms": 3})
    assert problems(planned, TAKES_ALL) == []


def test_a_foreign_experiment_needs_nothing_of_ours() -> None:
    assert problems(PlannedExperiment("stock-down.yaml"), {}, FOREIGN) == []


@pytest.mark.parametrize(
    ("planned", "configuration", "told"),
    [
        (
            PlannedExperiment("stock-down.yaml"),
            {**TAKES_ALL, "experiment": "warehouse-down"},
            "phases[1].experiments[0].experiment: stock-down.yaml: its configuration has experiment: "
            "warehouse-down, must be stock-down",
        ),
        (
            PlannedExperiment("stock-down.yaml", hold_s=9),
            {"experiment": "stock-down", "run_dir": ""},
            "phases[1].experiments[0].hold_s: 9: /days/stock-down.yaml has no hold_s in its configuration",
        ),
        (
            PlannedExperiment("stock-down.yaml", variables={"latencyms": 3}),
            TAKES_ALL,
            "phases[1].experiments[0].variables.latencyms: 3: must be one of experiment, latency_ms",
        ),
        (
            PlannedExperiment("stock-down.yaml", variables={"run_dir": "runs/other"}),
            TAKES_ALL,
            "phases[1].experiments[0].variables.run_dir: runs/other: is told by the run folder alone",
        ),
    ],
)
def test_what_would_not_arrive_is_refused(
    planned: PlannedExperiment, configuration: Mapping[str, JsonValue], told: str
) -> None:
    (problem,) = problems(planned, configuration)
    assert problem.startswith(told)


@pytest.mark.parametrize(
    ("files", "order", "told"),
    [
        ({"stock-down": "/ours/a.yaml", "./a.yaml": "/days/b.yaml"}, "together", None),
        ({"a.yaml": "/days/a.yaml", "./a.yaml": "/days/a.yaml"}, "sequence", None),
        (
            {"a.yaml": "/days/a.yaml", "./a.yaml": "/days/a.yaml"},
            "together",
            "phases[0].experiments[1].experiment: ./a.yaml: must be named once: together, each would heal",
        ),
        (
            {"a": "/ours/a.yaml", "./a.yaml": "/days/a.yaml"},
            "sequence",
            "phases[0].experiments[1].experiment: /days/a.yaml: must have another name than /ours/a.yaml",
        ),
    ],
)
def test_experiments_whose_faults_nobody_could_tell_apart_are_refused(
    files: Mapping[str, str], order: Literal["together", "sequence"], told: str | None
) -> None:
    planned = tuple(PlannedExperiment(name, hold_s=1) for name in files)
    phases = (PlannedPhase("both", 30, experiments=planned, order=order),)
    prepared = {
        name: PreparedExperiment(Path(file), ExperimentFile("made", configuration={"hold_s": 1}), ())
        for name, file in files.items()
    }
    found = [str(one) for one in configuration_problems(Plan("day", "l", "slo", (), phases), prepared)]
    assert [one[: len(told or "")] for one in found] == ([told] if told else [])


def test_a_name_that_the_environment_gives_must_be_that_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    named: dict[str, JsonValue] = {**TAKES_ALL, "experiment": {"type": "env", "key": "NAME_OF_IT"}}
    monkeypatch.setenv("NAME_OF_IT", "stock-down")
    assert problems(PlannedExperiment("stock-down.yaml"), named) == []
    monkeypatch.setenv("NAME_OF_IT", "warehouse-down")
    assert len(problems(PlannedExperiment("stock-down.yaml"), named)) == 1
    assert len(problems(PlannedExperiment("stock-down.yaml", variables={"experiment": "x"}), TAKES_ALL)) == 1


@pytest.mark.parametrize("left_out", WITHOUT)
@pytest.mark.parametrize("command", ["validate", "run"])
def test_a_plan_whose_experiment_would_not_reach_its_timeline_is_refused_before_anything_is_started(
    command: str, left_out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = ROOT / "examples/shop"
    for name in ("load.yaml", "objectives.yaml", "contract.yaml", "plan.yaml", "warehouse-down.yaml"):
        text = (shop / name).read_text()
        (tmp_path / name).write_text(text.replace(WITHOUT[left_out], ""))
    monkeypatch.chdir(tmp_path)
    home = {"STORMPROOF_HOME": str(tmp_path / "home"), "COLUMNS": "500"}
    ended = CliRunner().invoke(build_app(), [command, "plan.yaml"], env=home)
    assert ended.exit_code == 2
    assert "warehouse-down.yaml is not valid" in ended.output
    assert f"configuration.{left_out}: untold-fault: is missing" in ended.output
    assert "nothing was run" in ended.output
    assert not (tmp_path / "runs").exists()
