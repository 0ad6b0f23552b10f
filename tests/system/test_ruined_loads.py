"""Loads that come to nothing: each ends with an exit code of its own and says what to do, none ends green.

Starved processors, killed workers, full disks, set clocks and too few file descriptors are provoked in
tests/loadtests/test_generator_at_fault.py and tests/loadtests/distributed/test_bad_days.py.
"""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml

from evidence.run_folder import RunFolder
from tests.loadtests.processes import Bench
from tests.system.command import REPOSITORY, answered, started, stormproof
from tests.system.waiting import wait_for

AVAILABILITY = REPOSITORY / "slo/objectives/availability-free.yaml"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.stop()


@pytest.fixture
def objective(tmp_path: Path) -> Path:
    """99% of all requests, whoever sends them."""
    content = yaml.safe_load(AVAILABILITY.read_text())
    del content["metadata"]["labels"]
    metric = content["spec"]["indicator"]["spec"]["ratioMetric"]
    for part in ("good", "total"):
        del metric[part]["metricSource"]["spec"]["tier"]
    path = tmp_path / "objective.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def verdict_exit(run: Path, objective: Path, cwd: Path) -> tuple[int, str]:
    judged = answered("slo", str(run), "--objectives", str(objective), cwd=cwd)
    return judged.returncode, judged.stdout + judged.stderr


def closed_port() -> int:
    with socket.socket() as any_socket:
        any_socket.bind(("127.0.0.1", 0))
        port: int = any_socket.getsockname()[1]
        return port


def test_nobody_listens(bench: Bench, objective: Path, tmp_path: Path) -> None:
    """The load is evidence: of a target that was not there."""
    scenario = bench.scenario(rate_per_s=50, duration_s=2)
    run = tmp_path / "run"
    target = f"http://127.0.0.1:{closed_port()}"
    stormproof("load", str(scenario), "--target", target, "--run", str(run), cwd=tmp_path)
    code, told = verdict_exit(run, objective, tmp_path)
    assert code in {1, 4}, told
    assert "MISSED" in told or "INVALID" in told


def test_the_target_closes_every_connection(bench: Bench, objective: Path, tmp_path: Path) -> None:
    server = bench.server("--drop")
    scenario = bench.scenario(rate_per_s=50, duration_s=2)
    run = tmp_path / "run"
    stormproof("load", str(scenario), "--target", server.url, "--run", str(run), cwd=tmp_path)
    code, told = verdict_exit(run, objective, tmp_path)
    assert code in {1, 4}, told
    assert "MISSED" in told or "INVALID" in told


def test_the_target_has_no_address(bench: Bench, tmp_path: Path) -> None:
    scenario = bench.scenario(rate_per_s=50, duration_s=2)
    host = "no-such-host.invalid"
    ended = stormproof(
        *("load", str(scenario), "--target", f"http://{host}", "--confirm-host", host), cwd=tmp_path
    )
    assert ended.returncode == 2
    assert f"{host} has no address" in ended.stderr


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (None, "items.csv"),
        ("name\n", "items.csv"),
        ("name,size\nbolt\n", "items.csv"),
    ],
)
def test_its_data_file_cannot_be_used(rows: str | None, told: str, tmp_path: Path) -> None:
    if rows is not None:
        (tmp_path / "items.csv").write_text(rows)
    content = {
        "name": "items",
        "duration_s": 1,
        "data": [{"file": "items.csv"}],
        "operations": [{"name": "get", "path": "/items/${items.name}"}],
        "personas": [
            {"name": "p", "rate_per_s": 10, "operations": [{"name": "get", "weight": 1}]},
        ],
    }
    scenario = tmp_path / "items.yaml"
    scenario.write_text(yaml.safe_dump(content))
    ended = answered("load", str(scenario), "--target", "http://127.0.0.1:9", cwd=tmp_path)
    assert ended.returncode == 2
    assert told in ended.stderr
    assert not (tmp_path / "runs").exists() or not any((tmp_path / "runs").iterdir())


def test_its_scenario_is_empty(tmp_path: Path) -> None:
    scenario = tmp_path / "empty.yaml"
    scenario.write_text("name: empty\nduration_s: 1\npersonas: []\n")
    ended = answered("load", str(scenario), "--target", "http://127.0.0.1:9", cwd=tmp_path)
    assert ended.returncode == 2
    assert "nothing would be sent" in ended.stderr


def test_somebody_interrupts_it(bench: Bench, objective: Path, tmp_path: Path) -> None:
    server = bench.server("--announce-at", "20")
    scenario = bench.scenario(rate_per_s=50, duration_s=60)
    run = tmp_path / "run"
    with started("load", str(scenario), "--target", server.url, "--run", str(run), cwd=tmp_path) as load:
        server.line()
        load.send_signal(signal.SIGINT)
        assert load.wait(timeout=60) == 130
    assert RunFolder(run).read_run().interrupted
    code, told = verdict_exit(run, objective, tmp_path)
    assert code == 4
    assert "interrupted" in told


def test_its_generator_is_killed(bench: Bench, objective: Path, tmp_path: Path) -> None:
    server = bench.server("--announce-at", "60")
    scenario = bench.scenario(rate_per_s=50, duration_s=60)
    run = tmp_path / "run"
    with started("load", str(scenario), "--target", server.url, "--run", str(run), cwd=tmp_path) as load:
        server.line()
        generator = wait_for(lambda: _generator_of(load.pid), "a generator", within_s=20)
        generator.kill()
        assert load.wait(timeout=60) == 4
    code, told = verdict_exit(run, objective, tmp_path)
    assert code == 4
    assert "run it again" in told


def _generator_of(pid: int) -> psutil.Process | None:
    for child in psutil.Process(pid).children(recursive=True):
        if "locust" in child.cmdline():
            return child
    return None
