"""The pipeline of examples/pipeline, step by step, on the shop of examples/shop."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from evidence.run_folder import RunFolder
from evidence.verdict_record import CellVerdict, Verdict, VerdictRecord
from slo.contract.contract import read_contract
from tests.examples.example_copy import REPOSITORY, ExampleCopy, example_copy

WORKFLOW = REPOSITORY / "examples/pipeline/github.yml"
SHOP = REPOSITORY / "examples/shop"
NOT_HERE = "install"
"""The step that fetches what the tests have already."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleCopy]:
    with example_copy(tmp_path_factory.mktemp("example")) as made:
        yield made


@pytest.fixture(scope="module")
def pipeline(copy: ExampleCopy) -> tuple[ExampleCopy, dict[str, tuple[int, str]]]:
    """What each step of the workflow ended with and said."""
    (job,) = yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
    steps = {step["name"]: step["run"] for step in job["steps"] if "run" in step}
    assert NOT_HERE in steps
    summary = str(copy.folder / "step-summary.md")
    return copy, {
        name: copy.run(script, {"GITHUB_STEP_SUMMARY": summary})
        for name, script in steps.items()
        if name != NOT_HERE
    }


def verdict_of(copy: ExampleCopy) -> VerdictRecord:
    (run,) = (copy.folder / "results/runs").iterdir()
    return RunFolder(run).read_verdict()


@pytest.mark.timeout(200)
def test_the_workflow_ends_with_the_verdict_of_the_game_day(
    pipeline: tuple[ExampleCopy, dict[str, tuple[int, str]]],
) -> None:
    copy, steps = pipeline
    verdict = verdict_of(copy)
    code, said = steps.pop("game day")
    assert code == verdict.verdict.exit_code, said
    # A machine that is busy with other things makes the load no evidence; nothing else may be wrong.
    assert verdict.verdict in {Verdict.MET, Verdict.INVALID}, verdict.reasons
    assert f"{verdict.verdict}:" in said
    assert {code for code, _ in steps.values()} == {0}, steps
    assert (copy.folder / "step-summary.md").read_text() == (copy.folder / "results/summary.md").read_text()
    junit = ElementTree.parse(copy.folder / "results/junit.xml")  # noqa: S314 -- our own file
    assert len(list(junit.iter("testcase"))) > 5
    assert (copy.folder / "results/report.html").exists()


def test_the_fault_was_felt_and_the_shop_kept_its_contract(
    pipeline: tuple[ExampleCopy, dict[str, tuple[int, str]]],
) -> None:
    copy, _ = pipeline
    (effect,) = verdict_of(copy).faults
    assert (effect.target, effect.felt, effect.healed) == ("warehouse", True, True)
    assert set(effect.outcomes) == {"degraded"}
    cells = verdict_of(copy).contract
    assert len(cells) == 5
    proved = {cell.kind for cell in cells if cell.verdict is CellVerdict.PROVED}
    # How fast, and how soon again, is the machine's doing, too; on a busy one the run is INVALID.
    assert proved >= {"statuses", "outcomes", "served_from"}, cells
    assert len(proved) == 5 or verdict_of(copy).verdict is Verdict.INVALID, cells


@pytest.mark.parametrize(("verdict", "code"), [("3", 3), ("4", 4), ("1", 1), ("2", 2)])
def test_the_script_passes_what_the_game_day_said_on(verdict: str, code: int, tmp_path: Path) -> None:
    """By a command that ends as a game day may: the script decides by its exit code alone."""
    command = tmp_path / "stormproof"
    command.write_text(
        '#!/bin/sh\n[ "$1" = run ] || exit 0\nmkdir -p results/runs/one && cd results/runs/one\n'
        f"touch junit.xml summary.md report.html\nexit {verdict}\n"
    )
    command.chmod(0o755)
    script = (str(REPOSITORY / "examples/pipeline/game-day.sh"), "plan.yaml")
    for policy, expected in (("", code), ("allowed", 0 if verdict == "3" else code)):
        ended = subprocess.run(
            script,
            cwd=tmp_path,
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "NOT_PROVEN": policy},
            check=False,
            capture_output=True,
        )
        assert ended.returncode == expected, ended.stderr


def test_the_workflow_keeps_to_the_schema_of_github() -> None:
    checked = subprocess.run(
        (
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.github-workflows",
            str(WORKFLOW),
        ),
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


def test_what_is_written_for_the_shop_is_short() -> None:
    files = ("load.yaml", "plan.yaml", "objectives.yaml", "contract.yaml", "warehouse-down.yaml")
    lines = sum(len((SHOP / name).read_text().splitlines()) for name in files)
    assert lines <= 60
    assert len(read_contract(SHOP / "contract.yaml").articles) == 1
