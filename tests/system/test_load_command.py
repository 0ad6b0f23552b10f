"""`stormproof load`: the load on the screen, its records and its log in the run folder."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from evidence.run_folder import RunFolder
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


PIPELINE = """
from locust import HttpUser, constant, events, task

class Visitor(HttpUser):
    wait_time = constant(0.1)
    @task
    def ready(self):
        with self.client.get("/", catch_response=True) as response:
            response.failure("not what was asked for")

@events.quitting.add_listener
def on_quitting(environment, **_):
    if environment.stats.total.fail_ratio > 0.01:
        environment.process_exit_code = 1
"""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_locustfile_that_chooses_its_exit_code_is_no_generator_that_failed(
    tmp_path: Path, url: str, workers: str
) -> None:
    (tmp_path / "mine.py").write_text(PIPELINE)
    ended = stormproof(
        *("load", "mine.py", "--target", url, "-u", "4", "-r", "4", "-t", "1s", "--workers", workers),
        cwd=tmp_path,
    )
    assert ended.returncode in {0, Verdict.INVALID.exit_code}, ended.stderr
    assert "wrong" in ended.stdout
    assert "the generator failed" not in ended.stderr
    (run,) = (tmp_path / "runs").iterdir()
    assert {one.exit_code for one in RunFolder(run).read_run().exits} == {0}


DEMANDING = """
from locust import HttpUser, events, task

@events.init_command_line_parser.add_listener
def on_parser(parser):
    parser.add_argument("--region", required=True)

class Visitor(HttpUser):
    @task
    def ready(self):
        self.client.get("/")
"""


def test_why_a_worker_does_not_start_is_told_at_once(tmp_path: Path, url: str) -> None:
    (tmp_path / "mine.py").write_text(DEMANDING)
    ended = stormproof(
        *("load", "mine.py", "--target", url, "--workers", "2", "--", "--region", "eu"), cwd=tmp_path
    )
    assert ended.returncode == 2
    assert "--region" in ended.stderr
    assert "Gave up waiting" not in ended.stderr
    assert not any((tmp_path / "runs").iterdir())
