"""`stormproof load`: the load on the screen, its records and its log in the run folder."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from evidence.verdict_record import Verdict
from tests.system.command import REPOSITORY, stormproof


@pytest.fixture
def url() -> Iterator[str]:
    """A small server's."""
    command = (sys.executable, "-m", "tests.loadtests.small_server")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.terminate()


def scenario(folder: Path, **changed: object) -> Path:
    persona = {"name": "p", "rate_per_s": 50, "operations": [{"name": "ping", "weight": 1}]}
    operations = [{"name": "ping", "path": "/"}]
    file = folder / "ping.yaml"
    content = {"name": "ping", "duration_s": 30, "operations": operations, "personas": [persona]}
    file.write_text(yaml.safe_dump({**content, **changed}))
    return file


def test_how_the_load_went_is_on_the_screen(tmp_path: Path, url: str) -> None:
    ended = stormproof("load", str(scenario(tmp_path)), "--target", url, "--duration-s", "2", cwd=tmp_path)
    # On a busy machine the load is no evidence, and says so.
    assert ended.returncode in {0, Verdict.INVALID.exit_code}, ended.stderr
    (line,) = (line for line in ended.stderr.splitlines() if line.startswith("load 00:0"))
    assert "of 00:02: offered" in line
    assert "p99" in line
    (run,) = (tmp_path / "runs").iterdir()
    assert "The evidence is in" in (run / "logs/generator-worker-0.log").read_text()
    assert {"requests", "samples", "live", "logs"} <= {one.name for one in run.iterdir()}


def test_what_stood_in_the_way_is_told(tmp_path: Path, url: str) -> None:
    (tmp_path / "run/requests").mkdir(parents=True)
    (tmp_path / "run/requests/worker-0.parquet").touch()
    arguments = ("--target", url, "--run", str(tmp_path / "run"))
    ended = stormproof("load", str(scenario(tmp_path)), *arguments, cwd=tmp_path)
    assert ended.returncode == 2
    assert "has recorded in this run folder before" in ended.stderr
