"""`stormproof load`: a scenario or a locustfile, one process or several, and exit codes to be believed."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import psutil
import pytest

import stack
from evidence.home import Home, resolve_home
from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from slo.evaluate import Demands, evaluate
from stormproof.run.living_load import load_lives
from stormproof.run.recovery import recover, stack_settings
from tests.loadtests.processes import OF_THE_MACHINE, Bench, Generator, requests, sent
from tests.loadtests.waiting import wait_until

LOCUSTFILE = """
from locust import HttpUser, constant, task

class Mine(HttpUser):
    wait_time = constant(0.05)
    @task
    def ping(self):
        self.client.get("/ping")
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    try:
        yield bench
    finally:
        bench.stop()


@pytest.fixture
def load(bench: Bench, tmp_path: Path) -> Callable[..., Generator]:
    """Starts the command, with a home of its own."""

    def start(*arguments: str) -> Generator:
        command = (sys.executable, "-m", "stormproof", "load", *arguments)
        environment = {"STORMPROOF_HOME": str(tmp_path / "home")}
        return bench.start(command, run_dir=tmp_path, cwd=tmp_path, environment=environment)

    return start


def the_run(folder: Path) -> tuple[Path, RunRecord, pd.DataFrame]:
    (run_dir,) = (folder / "runs").iterdir()
    return run_dir, RunFolder(run_dir).read_run(), requests(run_dir)


def registered(folder: Path) -> tuple[stack.ManagedProcess, ...]:
    return stack.registry(stack_settings(home_in(folder))).processes


def home_in(folder: Path) -> Home:
    environment = {**os.environ, "STORMPROOF_HOME": str(folder / "home")}
    return resolve_home(environment, is_root=False, user_dir=folder)


def assert_ended_well(command: Generator) -> None:
    """Evidence, unless all that is wrong with it is that this machine was too busy to send in time."""
    code = command.wait()
    (folder,) = re.findall(r"^Evidence  (.*)$", command.log, re.MULTILINE)
    checks = evaluate(RunFolder(Path(folder)), (), Demands(frozenset())).validity.checks
    unsound = {check.name for check in checks if not check.held}
    assert code == (4 if unsound else 0), command.log
    assert unsound <= OF_THE_MACHINE, command.log


def exits(run: RunRecord) -> dict[str, int | None]:
    return {one.name: one.exit_code for one in run.exits}


def test_a_scenario_by_one_process(bench: Bench, load: Callable[..., Generator], tmp_path: Path) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=100, duration_s=2)
    command = load(str(scenario), "--target", server.url, "--seed", "3")
    assert_ended_well(command)
    assert "Outcomes  ok 200" in command.log
    assert "went well" not in command.log
    run_dir, run, rows = the_run(tmp_path)
    assert len(rows) == 200 == server.stop()["requests"]
    assert run.seeds == {"arrivals": 3}
    assert exits(run) == {"generator-worker-0": 0}
    assert str(run_dir) in command.log
    assert registered(tmp_path) == ()


def test_a_scenario_by_three_workers_into_a_given_folder(
    bench: Bench, load: Callable[..., Generator], tmp_path: Path
) -> None:
    server = bench.server()
    scenario = bench.scenario(rate_per_s=90, duration_s=2)
    command = load(str(scenario), "--target", server.url, "--workers", "3", "--run", "here/mine")
    assert_ended_well(command)
    folder = tmp_path / "here" / "mine"
    run, rows = RunFolder(folder).read_run(), requests(folder)
    assert len(rows) == 180 == server.stop()["requests"]
    assert exits(run) == {"generator-master": 0, **{f"generator-worker-{index}": 0 for index in range(3)}}
    assert len(run.workers) == 3
    assert registered(tmp_path) == ()


def test_a_locustfile_that_nobody_changed(
    bench: Bench, load: Callable[..., Generator], tmp_path: Path
) -> None:
    server = bench.server()
    (tmp_path / "mine.py").write_text(LOCUSTFILE)
    options = ("-u", "4", "-r", "4", "-t", "2s", "--workers", "2")
    command = load("mine.py", "--target", server.url, *options, "--", "--stop-timeout", "2", "--csv", "of")
    assert_ended_well(command)
    _, run, rows = the_run(tmp_path)
    assert set(rows.clock) == {"sent"}
    assert set(rows.persona) == {"Mine"}
    assert len(rows) == sum(one.arrivals for one in run.scheduled) == server.stop()["requests"] > 40
    assert (tmp_path / "of_stats.csv").exists(), "what follows -- is Locust's"


def test_failed_requests_do_not_fail_the_command(bench: Bench, load: Callable[..., Generator]) -> None:
    server = bench.server("--drop")
    command = load(str(bench.scenario(rate_per_s=50, duration_s=1)), "--target", server.url)
    assert_ended_well(command)  # what the target did is for objectives to judge
    assert "Outcomes  connection 50" in command.log
    assert f"No request to {server.url} went well" in command.log


def test_a_killed_worker_ends_with_4_and_its_name(
    bench: Bench, load: Callable[..., Generator], tmp_path: Path
) -> None:
    server = bench.server("--announce-at", "200")
    scenario = bench.scenario(rate_per_s=100, duration_s=60)
    command = load(str(scenario), "--target", server.url, "--workers", "2")
    server.line()
    (victim,) = [one for one in registered(tmp_path) if "worker-1" in one.name]
    os.kill(victim.pid, signal.SIGKILL)
    assert command.wait() == 4, command.log
    assert "worker-1" in command.log
    assert "run it again" in command.log
    _, run, _ = the_run(tmp_path)
    assert exits(run) == {"generator-master": 4, "generator-worker-0": 0, "generator-worker-1": -9}
    assert run.workers[1].lost is not None
    assert registered(tmp_path) == ()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_leaves_whole_evidence_and_no_process(
    bench: Bench, load: Callable[..., Generator], tmp_path: Path, workers: str
) -> None:
    server = bench.server("--announce-at", "100", "--slow-every", "1", "--slow-s", "0.5")
    scenario = bench.scenario(rate_per_s=100, duration_s=60)
    command = load(str(scenario), "--target", server.url, "--workers", workers)
    server.line()
    pids = [one.pid for one in registered(tmp_path)]
    command.send(signal.SIGINT)
    assert command.wait() == 130, command.log
    assert not any(psutil.pid_exists(pid) for pid in pids)
    _, run, rows = the_run(tmp_path)
    assert run.interrupted
    assert len(rows) == sum(one.arrivals for one in run.scheduled)
    assert set(sent(rows).outcome) == {"ok"}
    assert len(sent(rows)) == server.stop()["requests"]


def test_a_load_lives_beside_the_stack_s_own_runs_and_a_dead_one_is_cleared(
    bench: Bench, load: Callable[..., Generator], tmp_path: Path
) -> None:
    server = bench.server("--announce-at", "50")
    scenario = bench.scenario(rate_per_s=100, duration_s=60)
    command = load(str(scenario), "--target", server.url)
    server.line()
    home = home_in(tmp_path)
    (generator,) = registered(tmp_path)
    assert load_lives(home, generator.run)
    assert recover(home).ended == (), "what chaos and heal do beside it leaves it alone"
    assert psutil.pid_exists(generator.pid)

    command.send(signal.SIGKILL)
    command.wait()
    assert not load_lives(home, generator.run)
    assert recover(home).ended == (generator.name,)
    wait_until(lambda: not psutil.pid_exists(generator.pid), "the end of the generator")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("{scenario}", "--target", "http://192.0.2.1"), "--confirm-host 192.0.2.1"),
        (("{scenario}", "--target", "http://192.0.2.1", "--confirm-host", "192.0.2.2"), "not on loopback"),
        (("{scenario}", "--target", "127.0.0.1:80"), "must be a URL"),
        (("{scenario}", "--target", "http://127.0.0.1:1", "-u", "5"), "-u and -r are for locustfiles"),
        (("nowhere.yaml", "--target", "http://127.0.0.1:1"), "nowhere.yaml"),
        (
            ("{scenario}", "--target", "http://127.0.0.1:1", "--target", "canary=http://127.0.0.1:2"),
            "--target: canary: must be one of none: the scenario has no targets",
        ),
        (("nowhere.py", "--target", "http://127.0.0.1:1"), "no such file"),
        (("shop.txt", "--target", "http://127.0.0.1:1"), "must be a scenario"),
        (
            (
                "{scenario}",
                "--target",
                "http://no-such.localhost.invalid",
                "--confirm-host",
                "no-such.localhost.invalid",
            ),
            "nothing was sent",
        ),
    ],
)
def test_what_cannot_be_started_exits_2_and_leaves_no_folder(
    bench: Bench, load: Callable[..., Generator], tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    scenario = str(bench.scenario(rate_per_s=50, duration_s=1))
    command = load(*(one.format(scenario=scenario) for one in arguments))
    assert command.wait() == 2, command.log
    assert told in command.log
    assert command.log.count("is not valid") <= 1, command.log
    runs = tmp_path / "runs"
    assert not runs.exists() or not list(runs.iterdir())


def test_a_schedule_that_brings_nothing_is_refused(
    bench: Bench, load: Callable[..., Generator], tmp_path: Path
) -> None:
    scenario = bench.scenario(rate_per_s=0.01, duration_s=1, arrivals="poisson")
    command = load(str(scenario), "--target", "http://127.0.0.1:1")
    assert command.wait() == 2, command.log
    assert "no arrival in 1 s: ping must bring at least one" in command.log
    assert not list((tmp_path / "runs").iterdir())


def test_a_locustfile_whose_users_never_ask_does_not_end_green(
    bench: Bench, load: Callable[..., Generator], tmp_path: Path
) -> None:
    server = bench.server()
    failing = LOCUSTFILE.replace('self.client.get("/ping")', 'raise RuntimeError("not today")')
    (tmp_path / "mine.py").write_text(failing)
    command = load("mine.py", "--target", server.url, "-t", "1s")
    assert command.wait() == 2, command.log
    assert "The load sent no request" in command.log
    assert "not today" in command.log
    assert server.stop()["requests"] == 0
