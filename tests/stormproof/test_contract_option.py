"""A contract, from what a user types to the verdict and its reports."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evidence.verdict_record import Verdict
from slo.objectives import SHIPPED_OBJECTIVES
from stormproof.cli.app import build_app
from tests.slo.contract.evidence_under_fault import changed, kept, positions, written

CONTRACT = """apiVersion: stormproof/v1
kind: Contract
metadata: {name: made}
situations:
  - name: postgres-away
    source: made
    when: [{targets: [postgres]}]
    promises:
      - {operations: [search], statuses: [200], availability: 0.99}
      - {operations: [index], durability: [local]}
  - name: redis-away
    when: [{targets: [redis-cache]}]
    promises:
      - {operations: [search], statuses: [200]}
"""
OBJECTIVE = SHIPPED_OBJECTIVES / "latency-enterprise.yaml"


def stormproof(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), arguments)


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "300")
    file = tmp_path / "contract.yaml"
    file.write_text(CONTRACT)
    return file


def judged(run: Path, contract: Path, *options: str) -> Result:
    return stormproof(
        "slo", str(run), "--objectives", str(OBJECTIVE), "--contract", str(contract), "--window", *options
    )


def test_a_contract_that_is_kept_leaves_the_verdict_met(tmp_path: Path, contract: Path) -> None:
    run = written(tmp_path, kept())
    ended = judged(run.path, contract)
    assert ended.exit_code == Verdict.MET.exit_code, ended.output
    assert "all 3 cells that the run brought about were proved" in ended.output
    verdict = json.loads(run.verdict_file.read_text())
    assert [cell["verdict"] for cell in verdict["contract"]] == [
        "PROVED",
        "PROVED",
        "PROVED",
        "NOT EXERCISED",
    ]
    assert verdict["contract_coverage"][0]["share"] == 1
    assert "Degradation contract" in (run.path / "report.html").read_text()
    assert "search under postgres-away: statuses" in (run.path / "junit.xml").read_text()


def test_a_broken_promise_makes_the_verdict_missed_and_is_told(tmp_path: Path, contract: Path) -> None:
    run = written(tmp_path, changed(kept(), positions("search", 1), status=500))
    ended = judged(run.path, contract)
    assert ended.exit_code == Verdict.MISSED.exit_code
    assert "under postgres-away, search answers only with 200: violated, 200: 779, 500: 1" in ended.output


def test_the_whole_contract_can_be_demanded(tmp_path: Path, contract: Path) -> None:
    ended = judged(written(tmp_path, kept()).path, contract, "--whole-contract")
    assert ended.exit_code == Verdict.NOT_PROVEN.exit_code
    assert "under redis-away, search answers only with 200: not exercised" in ended.output


def test_a_contract_is_validated(contract: Path) -> None:
    told = stormproof("validate", str(contract))
    assert (told.exit_code, "2 situations, 4 cells" in told.output) == (0, True)
    contract.write_text(CONTRACT.replace("[200]", "[20]"))
    broken = stormproof("validate", str(contract))
    assert broken.exit_code == 2
    assert "situations[0].promises[0].statuses[0]: 20" in broken.output


def test_a_wrong_contract_judges_nothing(tmp_path: Path, contract: Path) -> None:
    run = written(tmp_path, kept())
    contract.write_text(CONTRACT.replace("kind: Contract", "kind: SLO"))
    ended = judged(run.path, contract)
    assert ended.exit_code == 2
    assert "kind: 'SLO'" in ended.output
    assert not run.verdict_file.exists()
