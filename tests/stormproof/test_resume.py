"""A run without a verdict is judged from its folder, and one that cannot be says why."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from evidence.timeline import PhaseWindow
from evidence.verdict_record import Verdict
from stormproof.cli.app import build_app
from stormproof.plan import read_plan
from stormproof.run.inputs import keep_inputs, read_inputs
from stormproof.run.resume import went_to_its_end

OBJECTIVES = Path(__file__).parents[2] / "slo/objectives"
RECORD = RunRecord(
    id="made",
    plan="made",
    scenario="made",
    target="http://127.0.0.1:1",
    started_ns=1,
    load_start_ns=2,
    ended_ns=None,
    seeds={},
    versions={},
    machine=None,
    service_settings={},
    scheduled=(),
    rate_limits=None,
    phases=("warm-up", "baseline"),
)


@pytest.mark.parametrize(
    ("phases", "ended"),
    [
        ((PhaseWindow("warm-up", 1, 2), PhaseWindow("baseline", 2, 3)), True),
        ((PhaseWindow("warm-up", 1, 2), PhaseWindow("baseline", 2, None)), False),
        ((PhaseWindow("warm-up", 1, 2),), False),
        ((), False),
    ],
)
def test_a_run_went_to_its_end_if_every_phase_did(phases: tuple[PhaseWindow, ...], ended: bool) -> None:
    assert went_to_its_end(RECORD, phases) is ended
    assert not went_to_its_end(replace(RECORD, phases=()), ())


def made_run(folder: Path) -> RunFolder:
    folder.mkdir()
    run = RunFolder(folder)
    run.write_run(RECORD)
    return run


def report(run: RunFolder) -> tuple[int, str]:
    ended = CliRunner().invoke(build_app(), ["report", str(run.path)], env={"COLUMNS": "300"})
    return ended.exit_code, ended.output


def test_a_run_that_was_not_made_from_a_plan_says_how_to_judge_it(tmp_path: Path) -> None:
    run = made_run(tmp_path / "made")
    code, output = report(run)
    assert code == 2
    assert f"stormproof slo {run.path} --objectives PATH" in output


def test_a_run_that_was_killed_in_a_phase_is_reported_as_what_it_is(tmp_path: Path) -> None:
    run = made_run(tmp_path / "made")
    file = tmp_path / "plan.yaml"
    file.write_text(
        f"name: made\nscenario: load.yaml\nobjectives: {OBJECTIVES}\ndemands: [availability-free]\n"
        "phases: [{name: warm-up, duration_s: 1}, {name: baseline, duration_s: 1}]\n"
    )
    keep_inputs(run, read_plan(file), (), None)
    assert "availability-free" in {one.name for one in read_inputs(run).objectives}
    code, output = report(run)
    assert code == 0, output
    verdict = run.read_verdict()
    assert verdict.verdict is Verdict.INVALID
    assert "the run never ended" in " ".join(verdict.reasons)
    assert run.read_run().ended_ns is None, "nobody says that it did"
