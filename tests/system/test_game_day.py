"""A game day from plan to report, on the real stack."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

import stack
from evidence.experiment_record import read_experiments
from evidence.record_reader import record_files
from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.timeline import fault_windows, phase_windows, read_timeline
from evidence.verdict_record import ObjectiveResult, Verdict
from tests.conftest import RealStack
from tests.system.command import answered, plan_file, stormproof

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

PHASES = """
  - {name: warm-up, duration_s: 6}
  - {name: baseline, duration_s: 8}
  - {name: redis-down, duration_s: 8, experiment: redis-down, hold_s: 3}
  - {name: elasticsearch-slow, duration_s: 9, experiment: elasticsearch-slow, hold_s: 3}
  - {name: postgres-down, duration_s: 8, experiment: postgres-down, hold_s: 3}
  - {name: recovery, duration_s: 4}
"""


@pytest.fixture(scope="module")
def game_day(real_stack: RealStack, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunFolder, int, str]:
    folder = tmp_path_factory.mktemp("game-day")
    ended = stormproof("run", str(plan_file(folder, PHASES)), cwd=folder, timeout_s=200)
    runs = list((folder / "runs").iterdir())
    assert len(runs) == 1, ended.stderr
    return RunFolder(runs[0]), ended.returncode, ended.stdout + ended.stderr


def test_the_exit_code_is_that_of_the_verdict(game_day: tuple[RunFolder, int, str]) -> None:
    run, code, output = game_day
    verdict = run.read_verdict().verdict
    assert code == verdict.exit_code, output
    assert verdict.value in output
    assert str(run.path / "report.html") in output.replace("\n", "")


def test_three_dependencies_were_broken_felt_and_healed(game_day: tuple[RunFolder, int, str]) -> None:
    run, _, _ = game_day
    windows = fault_windows(read_timeline(run.timeline_file))
    assert {(window.experiment, window.target) for window in windows} == {
        ("redis-down", "redis-cache"),
        ("redis-down", "redis-state"),
        ("elasticsearch-slow", "elasticsearch"),
        ("postgres-down", "postgres"),
    }
    assert all(window.felt and window.healed and not window.failures for window in windows), windows


def test_every_phase_was_walked(game_day: tuple[RunFolder, int, str]) -> None:
    run, _, _ = game_day
    names = [window.name for window in phase_windows(read_timeline(run.timeline_file))]
    assert names == [
        "warm-up",
        "baseline",
        "redis-down",
        "elasticsearch-slow",
        "postgres-down",
        "recovery",
    ]


def test_every_arrival_is_recorded_once(game_day: tuple[RunFolder, int, str]) -> None:
    run, _, _ = game_day
    (scheduled,) = run.read_run().scheduled
    assert scheduled.arrivals > 43 * 200, "at least 200 intended requests a second"
    (files,) = record_files(run.path, REQUESTS).parquet
    requests = pq.read_table(files).to_pylist()
    count, distinct = len(requests), len({row["sequence"] for row in requests if row["step"] == 0})
    assert (count, distinct) == (scheduled.arrivals, scheduled.arrivals)


def test_faults_show_in_what_users_got(game_day: tuple[RunFolder, int, str]) -> None:
    run, _, _ = game_day
    effects = {effect.experiment: effect for effect in run.read_verdict().faults}
    assert effects["redis-down"].outcomes["degraded"] > 0
    assert effects["redis-down"].served_from.get("cache", 0) == 0, "no cache while both Redis are down"
    slow = effects["elasticsearch-slow"].served_from
    assert slow.get("cache", 0) + slow.get("stale", 0) > 0, "answers from the cache go on"
    down = effects["postgres-down"].outcomes
    assert down["ok"] > down.get("failed", 0), "reads go on without PostgreSQL"
    assert (down.get("failed", 0), down["degraded"] > 0) == (0, True), "writes are kept locally"


def test_the_reports_tell_the_same_verdict(game_day: tuple[RunFolder, int, str]) -> None:
    run, _, _ = game_day
    verdict = run.read_verdict().verdict
    html = (run.path / "report.html").read_text()
    assert html.index(verdict.value) < html.index("<table")
    assert len(html) < 2_000_000
    assert verdict.value in (run.path / "summary.md").read_text()
    suite = ElementTree.parse(run.path / "junit.xml").getroot()  # noqa: S314 -- written by ourselves
    failed = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
    assert (failed == 0) == (verdict is Verdict.MET)


def test_a_stack_that_was_up_stays_up_and_nothing_of_the_run_is_left(
    game_day: tuple[RunFolder, int, str], real_stack: RealStack
) -> None:
    assert {part.state for part in stack.status(real_stack.settings)} == {"running"}
    assert {process.role for process in stack.registry(real_stack.settings).processes} == {"part"}


def test_every_experiment_was_supervised_and_found_sound(game_day: tuple[RunFolder, int, str]) -> None:
    run, _, _ = game_day
    records = read_experiments(run.experiments_file)
    assert [(one.phase, one.verdict, one.findings) for one in records] == [
        (name, Verdict.MET, ()) for name in ("redis-down", "elasticsearch-slow", "postgres-down")
    ]
    assert all((run.path / one.journal).is_file() for one in records)


def test_a_report_is_made_from_what_a_killed_runner_left_after_the_load(
    game_day: tuple[RunFolder, int, str], tmp_path: Path
) -> None:
    run, code, _ = game_day
    left = RunFolder(tmp_path / run.id)
    shutil.copytree(run.path, left.path)
    for file in (left.verdict_file, left.experiments_file, left.path / "report.html"):
        file.unlink()
    left.write_run(replace(left.read_run(), ended_ns=None, exits=(), notes=()))
    reported = stormproof("report", str(left.path), cwd=tmp_path)
    assert reported.returncode == 0, reported.stderr
    assert left.read_verdict().verdict.exit_code == code
    assert (left.path / "report.html").exists()
    assert [one.verdict for one in read_experiments(left.experiments_file)] == [Verdict.MET] * 3
    assert "The runner died" in left.read_run().notes[0]


def test_the_verdict_can_be_made_again_from_the_evidence(game_day: tuple[RunFolder, int, str]) -> None:
    run, code, _ = game_day
    before = json.loads(run.verdict_file.read_text())
    demands = [f"--demand=availability-{tier}" for tier in ("free", "standard", "enterprise")]
    objectives = Path(__file__).parents[2] / "slo/objectives"
    again = answered("slo", str(run.path), "--objectives", str(objectives), *demands, cwd=run.path)
    assert again.returncode == code, again.stderr
    assert json.loads(run.verdict_file.read_text()) == before


def test_its_acknowledged_writes_are_found_again(
    game_day: tuple[RunFolder, int, str], tmp_path: Path
) -> None:
    run = RunFolder(tmp_path / "run")
    shutil.copytree(game_day[0].path, run.path)
    objectives = str(Path(__file__).parents[2] / "slo/objectives/data")
    asked = ("slo", str(run.path), "--objectives", objectives, "--demand=durability")

    def durability() -> ObjectiveResult:
        answered(*asked, cwd=run.path)
        told = run.read_verdict().objectives
        (found,) = (one for one in told if one.name == "durability" and one.phase is None)
        return found

    before = durability()
    assert before.total > 0
    assert before.unknown == before.total, "nothing has looked yet"
    assert before.verdict is Verdict.NOT_PROVEN
    looked = answered("find-writes", str(run.path), cwd=run.path)
    assert looked.returncode == 0, looked.stdout + looked.stderr
    after = durability()
    assert (after.unknown, after.bad) == (0, 0)
    assert after.total == before.total
