"""A game day on a service that is not ours, with a Chaos Toolkit file that is not ours."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.experiment_record import read_experiments
from evidence.run_folder import RunFolder
from evidence.timeline import phase_windows, read_timeline
from evidence.verdict_record import Verdict
from stormproof.plan import read_plan
from tests.system.breakable_shop import Shop, breakable_shop
from tests.system.command import stormproof

pytestmark = pytest.mark.timeout(280)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shop]:
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    with breakable_shop() as made:
        yield made


def run_of(folder: Path) -> RunFolder:
    (path,) = (folder / "runs").iterdir()
    return RunFolder(path)


def test_users_who_suffer_beyond_the_bound_end_the_run_and_are_served_again(
    shop: Shop, tmp_path: Path
) -> None:
    phases = """
  - {name: warm-up, duration_s: 2}
  - {name: closed, duration_s: 60, experiment: closed.yaml, hold_s: 50}
  - {name: rest, duration_s: 60}
"""
    plan = shop.plan(tmp_path, phases, "abort: {bad_share: 0.5, over_s: 2, least_requests: 10}")
    ended = stormproof("run", str(plan), cwd=tmp_path, timeout_s=240)
    run = run_of(tmp_path)
    assert ended.returncode == Verdict.INVALID.exit_code, ended.stderr
    assert shop.is_open, "its rollback was played"
    aborted = run.read_run().aborted
    assert aborted is not None
    assert "users suffered beyond the plan's bound" in aborted
    verdict = run.read_verdict()
    assert f"the run was aborted before its end: {aborted}" in verdict.reasons
    assert [window.name for window in phase_windows(read_timeline(run.timeline_file))] == [
        "warm-up",
        "closed",
    ]
    (record,) = read_experiments(run.experiments_file)
    assert record.verdict is Verdict.INVALID
    assert "cut-short" in {one.rule for one in record.findings}


def test_a_foreign_experiment_is_supervised_and_its_effect_is_judged(shop: Shop, tmp_path: Path) -> None:
    phases = """
  - {name: warm-up, duration_s: 2}
  - {name: steady, duration_s: 12, until: {bad_share: 0, over_s: 2, least_requests: 10}}
  - {name: closed, duration_s: 8, experiment: closed.yaml, hold_s: 2}
  - {name: rest, duration_s: 2}
"""
    plan = shop.plan(tmp_path, phases)
    ended = stormproof("run", str(plan), cwd=tmp_path, timeout_s=240)
    run = run_of(tmp_path)
    (record,) = read_experiments(run.experiments_file)
    assert (record.verdict, record.phase) == (Verdict.MET, "closed"), record.findings
    checks = {check.name: check for check in run.read_verdict().validity.checks}
    assert checks["experiment-sound: closed"].held
    (whole,) = [one for one in run.read_verdict().objectives if one.phase is None]
    assert whole.bad > 10, "the shop was closed for two seconds"
    windows = {window.name: window for window in phase_windows(read_timeline(run.timeline_file))}
    steady, rest = windows["steady"], windows["rest"]
    assert steady.end_ns is not None
    assert rest.end_ns is not None
    assert (steady.end_ns - steady.start_ns) / 1e9 < 12, "it was steady before its time was over"
    load_start_ns = run.read_run().load_start_ns or 0
    assert (rest.end_ns - load_start_ns) / 1e9 == pytest.approx(24, abs=0.2), "the load lasts as planned"
    assert ended.returncode == run.read_verdict().verdict.exit_code


def test_a_dry_run_tells_everything_and_starts_nothing(shop: Shop, tmp_path: Path) -> None:
    phases = "  - {name: closed, duration_s: 8, experiment: closed.yaml, hold_s: 2}\n"
    plan = shop.plan(tmp_path, phases, "abort: {bad_share: 0.5}")
    ended = stormproof("run", str(plan), "--dry-run", "--json", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    (phase,) = told["phases"]
    (experiment,) = phase["experiments"]
    assert (phase["from_s"], phase["to_s"], experiment["hold_s"]) == (0, 8, 2)
    assert experiment["faults"][0] == {"fault": "close", "targets": ["${shop}/close"]}
    assert (told["target"], told["starts"], told["rate_per_s"]) == (shop.url, [], 20)
    assert (told["demands"], told["abort"]) == (["availability"], "more than 0.5 bad over 10 s")
    assert shop.is_open
    assert not (tmp_path / "runs").exists()
    assert not (tmp_path / "home").exists()


def test_a_search_finds_what_breaks_the_promise_and_writes_a_plan_of_it(shop: Shop, tmp_path: Path) -> None:
    phases = "  - {name: closed, duration_s: 8, experiment: closed.yaml, hold_s: 2}\n"
    plan = shop.plan(tmp_path, phases)
    options = ("--trials", "1", "--span-s", "4", "--json")
    ended = stormproof("search-faults", str(plan), *options, cwd=tmp_path, timeout_s=240)
    told = json.loads(ended.stdout)
    assert shop.is_open
    (trial,) = told["trials"]
    assert Path(trial["run"], "report.html").exists()
    if told["ended"] == "unsound":  # a machine so busy that the generator fell behind proves nothing
        assert ended.returncode == Verdict.INVALID.exit_code
        return
    assert (ended.returncode, told["ended"]) == (Verdict.MISSED.exit_code, "not minimal"), ended.stderr
    found = read_plan(Path(told["plan"])).plan
    assert [one.experiment for one in found.phases[2].planned] == [str(tmp_path / "closed.yaml")]
    assert stormproof("validate", told["plan"], cwd=tmp_path).returncode == 0
