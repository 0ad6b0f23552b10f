"""What plain Chaos Toolkit passes, and supervision does not: each with a reason of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.supervision.experiment_file import read_experiment
from evidence.errors import InvalidFile
from evidence.experiment_record import ExperimentRecord
from evidence.home import Home
from evidence.run_folder import RunFolder
from evidence.verdict_record import Verdict
from stormproof.cli.context import progress_console
from stormproof.console import StepBoard
from stormproof.run.experiment_alone import run_experiment_alone
from stormproof.run.experiment_start import ExperimentStart
from stormproof.run.interrupt import Interrupts
from stormproof.run.prepared_experiment import ConfirmedHosts, prepare_experiment
from tests.system.false_pass import FOLDER, lamp_service, plain_chaos_run

FALSE_PASSES = {
    "deviated-in-the-middle": (Verdict.MISSED, "deviated-during", "did not hold during the method"),
    "failed-action": (Verdict.INVALID, "failed-activity", "not allowed to switch it off"),
    "false-action": (Verdict.INVALID, "refused-activity", "returned False"),
    "process-action-exits-1": (Verdict.INVALID, "refused-activity", "exited with 1: .*no such lamp"),
    "http-action-answers-503": (Verdict.INVALID, "refused-activity", "answered with 503"),
    "http-action-answers-404": (Verdict.INVALID, "refused-activity", "answered with 404"),
    "failed-rollback": (Verdict.INVALID, "failed-rollback", "not allowed to switch it off"),
    "false-rollback": (Verdict.INVALID, "refused-rollback", "returned False"),
    "unheard-safeguard": (
        Verdict.INVALID,
        "unended-activity",
        "interrupted the experiment and was not heard",
    ),
    "late-safeguard": (Verdict.INVALID, "failed-control", "safeguard interrupted the execution"),
    "left-without-rollbacks": (Verdict.INVALID, "no-journal", "exit code 0.*1 of 1 succeeded"),
    "swallowed-interrupt": (Verdict.INVALID, "cut-short", "swallowed the interrupt"),
    "failed-control": (Verdict.INVALID, "failed-control", "control pager failed"),
    "ignored-time-limit": (Verdict.INVALID, "overrun", "time limit is 0.1 s: it is ignored"),
    "regex-accepts-all": (Verdict.INVALID, "accepting-tolerance", r"pattern '\.\*' matches every text"),
    "range-covers-all": (Verdict.INVALID, "accepting-tolerance", "covers everything"),
    "jsonpath-expects-nothing": (Verdict.INVALID, "accepting-tolerance", "expects nothing"),
    "every-status-accepted": (Verdict.INVALID, "accepting-tolerance", "accepts every error"),
    "function-accepts-all": (Verdict.INVALID, "unfailing-tolerance", "accepts true and whatever else"),
    "process-accepts-all": (Verdict.INVALID, "accepting-tolerance", "holds whatever that answers"),
    "function-accepts-all-afterwards": (
        Verdict.INVALID,
        "unfailing-tolerance",
        "accepts true and whatever else",
    ),
    "idle-action": (Verdict.INVALID, "nothing-broken", "no action that does anything"),
    "idle-probe": (Verdict.INVALID, "idle-probe", "always exits with 0"),
    "empty-method": (Verdict.INVALID, "nothing-broken", "is empty"),
    "probes-only": (Verdict.INVALID, "nothing-broken", "has probes only"),
    "no-hypothesis": (Verdict.NOT_PROVEN, "nothing-asked", "has no probe"),
    "empty-hypothesis": (Verdict.NOT_PROVEN, "nothing-asked", "has no probe"),
    "unsteady-before": (Verdict.INVALID, "unsteady-before", "not met before the method"),
    "unmet-in-the-method": (Verdict.MISSED, "tolerance-in-method", "said false"),
    "unmet-function-in-the-method": (Verdict.MISSED, "tolerance-in-method", "said false"),
}


@pytest.fixture(scope="module")
def lamp_url() -> Iterator[str]:
    with lamp_service() as url:
        yield url


@pytest.fixture(autouse=True)
def _modules(monkeypatch: pytest.MonkeyPatch, lamp_url: str) -> None:
    monkeypatch.setenv("PYTHONPATH", str(FOLDER))
    monkeypatch.setenv("LAMP_URL", lamp_url)


def supervised(file: Path, cwd: Path, *further: str) -> ExperimentRecord:
    home = Home(cwd / "programs", cwd / "state", 25000)
    start = ExperimentStart(file, read_experiment(file), 0.0, file.stem, cwd, further=further)
    (cwd / "run").mkdir()
    folder = RunFolder(cwd / "run")
    return run_experiment_alone(home, folder, start, StepBoard(progress_console), Interrupts())


def experiment(name: str) -> Path:
    return FOLDER / f"{name}.yaml"


@pytest.mark.parametrize("name", FALSE_PASSES)
def test_a_false_pass_is_detected_with_its_reason(tmp_path: Path, name: str) -> None:
    verdict, rule, reason = FALSE_PASSES[name]
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.mkdir()
    ours.mkdir()
    said = plain_chaos_run(experiment(name), plain)
    assert said.exit_code == 0, "plain Chaos Toolkit passes it"
    assert said.journal is None or (said.journal["status"], said.journal["deviated"]) == ("completed", False)

    record = supervised(experiment(name), ours)
    assert record.verdict is verdict, record.findings
    found = [one for one in record.findings if one.rule == rule]
    assert found, record.findings
    assert found[0].verdict is verdict
    assert re.search(reason, str(found[0]))
    assert not (ours / "lamp-is-off").exists(), "rollbacks are always played"


def test_a_dry_run_is_no_evidence(tmp_path: Path) -> None:
    said = plain_chaos_run(experiment("sound"), tmp_path, "--dry", "activities")
    assert said.exit_code == 0
    record = supervised(experiment("sound"), tmp_path, "--dry", "activities")
    assert (record.verdict, record.findings[0].rule) == (Verdict.INVALID, "dry-run")


def test_a_control_that_cannot_be_imported_is_refused_before_anything_runs(tmp_path: Path) -> None:
    assert plain_chaos_run(experiment("missing-control"), tmp_path).exit_code == 0
    with pytest.raises(InvalidFile, match=r"controls.pager: nobodys_pager: .*must be a module that can be"):
        prepare_experiment(
            str(experiment("missing-control")),
            tmp_path,
            confirmed=ConfirmedHosts((), "--confirm-host"),
            environment={},
        )
    # Run all the same, as from another machine's file: the log tells it.
    record = supervised(experiment("missing-control"), tmp_path)
    assert record.verdict is Verdict.INVALID
    assert "missing-control" in {one.rule for one in record.findings}


def test_what_is_sound_is_met(tmp_path: Path) -> None:
    record = supervised(experiment("sound"), tmp_path)
    assert (record.verdict, record.exit_code, record.status) == (Verdict.MET, 0, "completed")
    assert [one.verdict for one in record.findings] == [None], "a warning decides nothing"


def test_rollbacks_are_played_though_the_file_of_the_experiment_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "vanishing.yaml"
    file.write_text(experiment("left-without-rollbacks").read_text().replace("func: leave", "func: vanish"))
    record = supervised(file, tmp_path)
    assert not file.exists()
    assert record.verdict is Verdict.INVALID
    assert "1 of 1 succeeded" in str(record.findings[0])
    assert not (tmp_path / "lamp-is-off").exists()
