"""`pip install` of the wheel in an empty environment, then `stormproof demo`."""

import sys
from pathlib import Path

import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import Verdict
from tests.packaging.conftest import Distribution, ran


@pytest.mark.proof
@pytest.mark.stack
@pytest.mark.timeout(900)
def test_the_demo_runs_from_the_wheel(distribution: Distribution, tmp_path: Path) -> None:
    environment, empty = tmp_path / "environment", tmp_path / "empty"
    empty.mkdir()
    assert ran(sys.executable, "-m", "venv", str(environment), cwd=tmp_path).returncode == 0
    pip = ("install", "--quiet", "--disable-pip-version-check", str(distribution.wheel))
    installed = ran(str(environment / "bin/pip"), *pip, cwd=tmp_path, timeout_s=400)
    assert installed.returncode == 0, installed.stderr
    ended = ran(str(environment / "bin/stormproof"), "demo", cwd=empty, timeout_s=400)
    (run,) = (RunFolder(path) for path in (empty / "runs").iterdir() if path.is_dir())
    verdict = run.read_verdict()
    assert ended.returncode == (verdict.verdict.exit_code if verdict.verdict is Verdict.INVALID else 0)
    assert (run.path / "report.html").stat().st_size > 100_000
    assert {fault.fault for fault in verdict.faults} >= {"refused", "latency"}
