"""`stormproof chaos` and `stormproof validate` on files of Chaos Toolkit users, as a user runs them."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evidence.experiment_record import read_experiments
from evidence.verdict_record import Verdict
from stormproof.cli.app import build_app
from tests.system.command import started, stormproof
from tests.system.false_pass import FOLDER, TOKEN, lamp_service
from tests.system.waiting import wait_for

FOREIGN = Path(__file__).with_name("foreign_experiments")
SHOP = FOREIGN / "shop.json"


@pytest.fixture(scope="module")
def lamp_url() -> Iterator[str]:
    with lamp_service() as url:
        yield url


@pytest.fixture(autouse=True)
def _user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lamp_url: str) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{FOREIGN}:{FOLDER}")
    monkeypatch.setenv("LAMP_URL", lamp_url)
    monkeypatch.setenv("SHOP_TOKEN", TOKEN)
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def test_a_foreign_file_runs_under_supervision_with_its_configuration_and_secrets(tmp_path: Path) -> None:
    ended = stormproof("chaos", str(SHOP), "--run", "run", "--json", cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = json.loads(ended.stdout)
    assert (told["verdict"], told["status"], told["exit_code"]) == ("MET", "completed", 0)
    journal = json.loads((tmp_path / "run" / told["journal"]).read_text())
    assert [one["status"] for one in journal["run"]] == ["succeeded", "succeeded"]
    assert (tmp_path / "stock.txt").read_text() == "9\n", "its rollback was played"
    assert json.loads((tmp_path / "run/experiments.jsonl").read_text())["experiment"] == "shop"


def test_a_false_pass_exits_as_its_verdict_and_says_why(tmp_path: Path) -> None:
    ended = stormproof("chaos", str(FOLDER / "unmet-in-the-method.yaml"), cwd=tmp_path)
    assert ended.returncode == 1, ended.stderr
    assert "tolerance-in-method" in ended.stdout
    assert "Verdict   MISSED" in ended.stdout


def test_what_an_earlier_run_left_in_the_folder_is_no_evidence_of_this_one(tmp_path: Path) -> None:
    file = tmp_path / "lamp.yaml"
    file.write_text((FOLDER / "sound.yaml").read_text())
    assert stormproof("chaos", str(file), "--run", "run", cwd=tmp_path).returncode == 0
    file.write_text((FOLDER / "left-without-rollbacks.yaml").read_text())
    assert stormproof("chaos", str(file), "--run", "run", cwd=tmp_path).returncode == 4
    first, second = read_experiments(tmp_path / "run/experiments.jsonl")
    assert (first.verdict, second.verdict) == (Verdict.MET, Verdict.INVALID)
    assert first.journal != second.journal
    assert (tmp_path / "run" / first.journal).exists(), "evidence is kept"


def test_an_interrupt_plays_the_rollbacks_and_keeps_the_evidence(tmp_path: Path) -> None:
    file = tmp_path / "long.yaml"
    file.write_text(
        (FOLDER / "ignored-time-limit.yaml")
        .read_text()
        .replace("timeout: 0.1", "timeout: 60")
        .replace("duration_s: 1.5", "duration_s: 50")
    )  # fmt: skip -- one file from another
    with started("chaos", str(file), "--run", "run", cwd=tmp_path) as process:
        wait_for((tmp_path / "lamp-is-off").exists, "the lamp is off")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, output
    assert not (tmp_path / "lamp-is-off").exists()
    (record,) = read_experiments(tmp_path / "run/experiments.jsonl")
    assert record.verdict is Verdict.INVALID
    assert "it was interrupted: by hand" in {one.reason for one in record.findings}


def invoke(*arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(build_app(), arguments, env={"COLUMNS": "200"})
    return ended.exit_code, ended.output


def test_a_host_off_this_machine_needs_a_yes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LAMP_URL", "http://192.0.2.7:9")
    code, output = invoke("chaos", str(SHOP))
    assert code == 2
    assert "--confirm-host 192.0.2.7" in output
    code, output = invoke("validate", str(SHOP))
    assert code == 0
    assert "reaches: 192.0.2.7" in output
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("sound", 0, "is valid: 1 probe of the hypothesis, 2 activities, 1 rollback."),
        ("no-hypothesis", 0, "NOT PROVEN: steady-state-hypothesis: has no probe"),
        ("empty-method", 2, "method: nothing-broken: is empty"),
        ("regex-accepts-all", 2, "matches every text"),
        ("missing-control", 2, "nobodys_pager"),
    ],
)
def test_validate_tells_what_the_file_gives_away(name: str, code: int, told: str) -> None:
    exit_code, output = invoke("validate", str(FOLDER / f"{name}.yaml"))
    assert exit_code == code, output
    assert told in output.replace("\n", " ")


def test_what_chaos_toolkit_refuses_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("title: t\ndescription: d\nmethod: [{type: action, name: a, provider: {type: ssh}}]\n")
    code, output = invoke("validate", str(file))
    assert code == 2
    assert "unknown provider type 'ssh'" in output


@pytest.mark.parametrize(
    "options",
    [
        ("--var", "shop_url=http://192.0.2.7"),
        ("--", "--var=shop_url=http://192.0.2.7"),
        ("--", "--var-file", "v.yaml"),
    ],
)
def test_a_host_is_found_wherever_the_configuration_comes_from(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "v.yaml").write_text("configuration: {shop_url: 'http://192.0.2.7'}\n")
    code, output = invoke("chaos", str(SHOP), *options)
    assert (code, "--confirm-host 192.0.2.7" in output) == (2, True), output


def test_a_variable_must_be_a_pair() -> None:
    code, output = invoke("chaos", str(SHOP), "--var", "shop_url")
    assert (code, "must be NAME=VALUE" in output) == (2, True)


def test_chaos_toolkit_discovers_our_actions(tmp_path: Path) -> None:
    chaos = str(Path(sys.executable).with_name("chaos"))
    out = tmp_path / "discovery.json"
    done = subprocess.run(
        (chaos, "--no-version-check", "discover", "--no-install", "--discovery-path", str(out), "stormproof"),
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = {one["name"] for one in json.loads(out.read_text())["activities"]}
    assert found >= {"inject", "hold", "heal", "answers"}
